//! This tool's own exceptions as entries of the register.

use crate::config::Config;
use crate::finding::{Exception, ExceptionReach as Reach};
use crate::model::Date;
use crate::source::{BlobId, LineIndex};
use crate::suppress::{Allow, BASELINE, Order, Register, directives};

const TOOL: &str = "tenure";

/// Inline exceptions; those that are not understood are entries, too.
pub(super) fn read(path: &str, bytes: &[u8]) -> Vec<Exception> {
    let found = directives(BlobId(0), path, bytes);
    if found.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(bytes);
    found
        .iter()
        .filter_map(|directive| {
            let line = lines.number(directive.span.start as usize);
            let mut exception = Exception::new(TOOL, "comment", path, line);
            match &directive.order {
                Ok(Order::Allow(allow)) => fill(&mut exception, allow),
                Ok(Order::AllowFile(allow)) => {
                    fill(&mut exception, allow);
                    exception.reach = Reach::File;
                }
                Ok(Order::Lease(_)) => return None,
                Err(problem) => exception.problem = Some(problem.clone()),
            }
            Some(exception)
        })
        .collect()
}

fn fill(exception: &mut Exception, allow: &Allow) {
    exception.rules.clone_from(&allow.rules);
    exception.reason.clone_from(&allow.reason);
    exception.owner.clone_from(&allow.owner);
    exception.approver = allow.approver.clone().unwrap_or_default();
    exception.until = Some(allow.expires);
}

/// Exceptions that run longer than any may are not in force.
pub fn written(exceptions: &mut [Exception], config: &Config, now: Date) {
    for exception in exceptions
        .iter_mut()
        .filter(|own| own.tool == TOOL && own.until.is_some())
    {
        let allow = Allow {
            rules: exception.rules.clone(),
            expires: exception.until.unwrap_or(now),
            owner: exception.owner.clone(),
            reason: exception.reason.clone(),
            approver: None,
            ticket: None,
        };
        if exception.problem.is_none() && exception.form != "config" {
            exception.problem = allow.endless(config, now).err();
        }
    }
}

/// Waiver files, the entries of `ignores:` and the baseline.
#[must_use]
pub fn registered(register: &Register, config: &Config) -> Vec<Exception> {
    let mut found = Vec::new();
    for waiver in &register.waivers {
        let lines = LineIndex::new(waiver.text.as_bytes());
        let line = lines.number(waiver.place.start);
        let mut exception = Exception::new(TOOL, "waiver", &waiver.path, line);
        match &waiver.grants {
            Ok(grants) => {
                fill(&mut exception, &grants.allow);
                exception.reach = Reach::Finding;
                exception.rules.extend(grants.address.clone());
                exception.rules.extend(grants.fingerprints.iter().cloned());
            }
            Err(problem) => exception.problem = Some(problem.clone()),
        }
        let range = lines.line(waiver.text.as_bytes(), line);
        waiver.text[range].trim().clone_into(&mut exception.text);
        found.push(exception);
    }
    for entry in &config.ignores {
        let mut exception = Exception::new(TOOL, "config", &config.file, entry.place.line);
        exception.rules = vec![entry.rule.clone()];
        exception.reason.clone_from(&entry.reason);
        exception.until = entry.expires;
        exception.reach = Reach::Repository;
        let line = config
            .text
            .lines()
            .nth(entry.place.line.saturating_sub(1) as usize);
        line.unwrap_or_default()
            .trim()
            .clone_into(&mut exception.text);
        found.push(exception);
    }
    for (entry, line) in register.baseline.entries().iter().zip(2..) {
        let mut exception = Exception::new(TOOL, "baseline", BASELINE, line);
        exception.rules = vec![entry.rule.clone(), entry.path.clone()];
        exception.reach = Reach::Finding;
        exception.text.clone_from(&entry.fingerprint);
        found.push(exception);
    }
    found
}
