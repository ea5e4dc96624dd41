//! An exception as granted: for which rules, why, by whom, until when; and what it takes to excuse a finding.

use crate::config::Config;
use crate::model::Date;
use crate::rule::Severity;

/// The words of an exception, inline or in a waiver file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// Rule ids and groups such as `secret/*`; empty in a waiver that names fingerprints.
    pub rules: Vec<String>,
    /// Its last day.
    pub expires: Date,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// The work item it belongs to.
    pub ticket: Option<String>,
}

/// Words that fill a field and say nothing.
const EMPTY: &[&str] = &[
    "-", "?", "n/a", "na", "none", "null", "nobody", "unknown", "tbd", "todo", "fixme", "temp",
    "test", "changeme", "needed", "required", "because", "reason", "owner", "me", "...",
];

/// Whether a field says something.
pub(super) fn real(key: &str, value: &str) -> Result<(), String> {
    let word = value.trim().trim_start_matches('@').to_ascii_lowercase();
    let template = word.contains("{{") || word.contains("${") || word.starts_with('<');
    if word.is_empty() || template || EMPTY.contains(&word.as_str()) {
        return Err(format!("`{key}` says nothing: `{}`", value.trim()));
    }
    Ok(())
}

impl Allow {
    /// Whether its fields say something, whatever it is meant to excuse.
    pub(super) fn sound(&self) -> Result<(), String> {
        real("owner", &self.owner)?;
        real("reason", &self.reason)?;
        let Some(approver) = &self.approver else {
            return Ok(());
        };
        real("approver", approver)?;
        if same(approver, &self.owner) {
            return Err("its owner cannot approve it".into());
        }
        Ok(())
    }

    /// Whether its last day is over.
    pub(super) fn ended(&self, now: Date) -> bool {
        self.expires < now
    }

    /// Days from today to its last.
    fn days(&self, now: Date) -> i64 {
        let span = now.until(self.expires).ok();
        span.map_or(i64::MAX, |span| i64::from(span.get_days()))
    }

    /// Whether no finding could be excused for so long.
    pub(super) fn endless(&self, config: &Config, now: Date) -> Result<(), String> {
        let most = [
            Severity::Low,
            Severity::Medium,
            Severity::High,
            Severity::Critical,
        ]
        .into_iter()
        .map(|severity| config.waiver_max(severity))
        .max()
        .unwrap_or_default();
        if self.days(now) > most {
            return Err(format!("it ends more than {most} days from today"));
        }
        Ok(())
    }

    /// Whether it may excuse a finding of a severity, its end aside.
    pub(super) fn suffices(
        &self,
        severity: Severity,
        config: &Config,
        now: Date,
    ) -> Result<(), String> {
        let most = config.waiver_max(severity);
        let word = severity.word();
        if self.days(now) > most {
            return Err(format!(
                "a {word} finding may be excused for {most} days from today"
            ));
        }
        if severity > Severity::Medium && self.approver.is_none() {
            return Err(format!("a {word} finding needs an approver"));
        }
        Ok(())
    }
}

/// Whether two names are one person or team.
pub(super) fn same(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.trim().trim_start_matches('@').to_ascii_lowercase();
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn allow(expires: Date, approver: Option<&str>) -> Allow {
        Allow {
            rules: vec!["secret/*".into(), "grant/admin".into()],
            expires,
            owner: "@x".into(),
            reason: "migration".into(),
            approver: approver.map(str::to_owned),
            ticket: None,
        }
    }

    #[test]
    fn length_and_approver_depend_on_severity() {
        let (config, now) = (Config::default(), date(2026, 1, 1));
        let quarter = allow(date(2026, 4, 1), None);
        assert!(quarter.suffices(Severity::Low, &config, now).is_ok());
        assert!(quarter.suffices(Severity::Medium, &config, now).is_ok());
        let said = quarter.suffices(Severity::High, &config, now).unwrap_err();
        assert_eq!(said, "a high finding needs an approver");
        let approved = allow(date(2026, 4, 1), Some("@y"));
        assert!(approved.suffices(Severity::High, &config, now).is_ok());
        let said = approved
            .suffices(Severity::Critical, &config, now)
            .unwrap_err();
        assert_eq!(
            said,
            "a critical finding may be excused for 30 days from today"
        );
        assert!(
            allow(date(2026, 1, 31), Some("@y"))
                .suffices(Severity::Critical, &config, now)
                .is_ok()
        );
        assert!(allow(date(2027, 1, 1), None).endless(&config, now).is_ok());
        assert!(allow(date(2027, 1, 2), None).endless(&config, now).is_err());
        assert!(
            allow(date(9999, 12, 31), None)
                .endless(&config, now)
                .is_err()
        );
    }

    #[test]
    fn the_last_day_still_counts() {
        let allow = allow(date(2026, 1, 31), None);
        assert!(!allow.ended(date(2026, 1, 31)) && allow.ended(date(2026, 2, 1)));
    }

    #[test]
    fn nobody_approves_for_himself() {
        assert!(allow(date(2026, 1, 2), Some("X")).sound().is_err());
        assert!(allow(date(2026, 1, 2), Some("@y")).sound().is_ok());
        assert!(real("owner", "{{ team }}").is_err() && real("owner", "@todo").is_err());
    }
}
