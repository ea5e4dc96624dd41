//! Reviews: `.tenure/reviews/<name>.yaml`, that somebody looked at an access: at a regular time, or after an emergency identity
//! was used. Fails closed, as waivers do.

use super::allow::{real, same};
use super::grammar::date;
use super::waiver::{bytes, words};
use crate::model::{self, Date, Fact};
use crate::source::{Blobs, Span};
use serde_saphyr::{Location, Spanned};
use std::ops::Range;

/// One review file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Path of the file relative to the root.
    pub path: String,
    /// The file's text, for reports that show the line.
    pub text: String,
    /// The bytes that a report points at: what it is about, or what is wrong with it.
    pub place: Range<usize>,
    /// What it says, or why it counts for nothing, in a lower-case phrase.
    pub said: Result<Reviewed, String>,
}

/// What a review says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// Address, name or scope that was looked at.
    pub about: String,
    /// Who used it, and when, where it is an emergency identity.
    pub used: Option<(String, Date)>,
    /// Who looked at it, and when; none where that is still to come.
    pub reviewed: Option<(String, Date)>,
    /// What came of it.
    pub outcome: String,
    /// Day by which it is to be looked at again.
    pub next: Option<Date>,
}

impl Reviewed {
    /// Where it stands on a day, when a use is to be reviewed within so many days: `reviewed`, `late` (reviewed, but after that
    /// time), `waiting`, `overdue`.
    #[must_use]
    pub fn state(&self, now: Date, within: i64) -> &'static str {
        match (&self.used, &self.reviewed) {
            (Some((_, used)), Some((_, on))) if days(*used, *on) > within => "late",
            (Some((_, used)), None) if days(*used, now) > within => "overdue",
            (_, None) => "waiting",
            _ if self.next.is_some_and(|next| next < now) => "overdue",
            _ => "reviewed",
        }
    }
}

type Text = Spanned<String>;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    about: Text,
    #[serde(default)]
    used_by: Option<Text>,
    #[serde(default)]
    used_at: Option<Text>,
    #[serde(default)]
    reviewed_by: Option<Text>,
    #[serde(default)]
    reviewed_at: Option<Text>,
    #[serde(default)]
    outcome: Option<Text>,
    #[serde(default)]
    next: Option<Text>,
}

/// Reads one review file on a day.
#[must_use]
pub(super) fn read(path: &str, text: &str, now: Date) -> Review {
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Result<Document, serde_saphyr::Error> =
        serde_saphyr::from_str_with_options(text, options);
    let (place, said) = match document {
        Ok(document) => (bytes(document.about.referenced), check(&document, now)),
        Err(error) => {
            let error = error.without_snippet();
            let at = error.location().unwrap_or(Location::UNKNOWN);
            (bytes(at), Err(words(error)))
        }
    };
    let end = |at: usize| at.min(text.len());
    Review {
        path: path.to_owned(),
        text: text.to_owned(),
        place: end(place.start)..end(place.end),
        said,
    }
}

/// The reviews of a register as nouns of a run, with places in its blobs, to which their texts are added.
#[must_use]
pub fn nouns(reviews: &[Review], now: Date, blobs: &mut Blobs) -> Vec<model::Review> {
    reviews
        .iter()
        .map(|review| {
            let at = blobs.iter().find(|(_, blob)| blob.path == review.path);
            let at = at.map(|(id, _)| id);
            let blob = blobs.keep(at, &review.path, &review.text);
            noun(
                review,
                Span::new(blob, review.place.start, review.place.end),
                now,
            )
        })
        .collect()
}

fn noun(review: &Review, span: Span, now: Date) -> model::Review {
    let own = model::Review {
        address: review.path.as_str().into(),
        span,
        whole: span,
        ..model::Review::default()
    };
    let said = match &review.said {
        Ok(said) => said,
        Err(problem) => {
            return model::Review {
                problem: Fact::Known(problem.as_str().into(), span),
                ..own
            };
        }
    };
    let text = |text: &str| match text {
        "" => Fact::Absent,
        text => Fact::Known(text.into(), span),
    };
    let day = |pair: &Option<(String, Date)>| match pair {
        Some((_, day)) => Fact::Known(*day, span),
        None => Fact::Absent,
    };
    let who = |pair: &Option<(String, Date)>| text(pair.as_ref().map_or("", |(who, _)| who));
    let until = said.reviewed.as_ref().map_or(now, |(_, day)| *day);
    let waited = said
        .used
        .as_ref()
        .map(|(_, used)| days(*used, until) * 86_400);
    model::Review {
        about: text(&said.about),
        used_by: who(&said.used),
        used: day(&said.used),
        reviewed_by: who(&said.reviewed),
        reviewed: day(&said.reviewed),
        outcome: text(&said.outcome),
        next: said.next.map_or(Fact::Absent, |day| Fact::Known(day, span)),
        waited: waited.map_or(Fact::Absent, |waited| Fact::Known(waited, span)),
        ..own
    }
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn check(document: &Document, now: Date) -> Result<Reviewed, String> {
    real("about", &document.about.value)?;
    let pair = |who: (&str, &Option<Text>), when: (&str, &Option<Text>)| match (who.1, when.1) {
        (None, None) => Ok(None),
        (Some(name), Some(day)) => {
            real(who.0, &name.value)?;
            let day = date(when.0, day.value.trim())?;
            match day > now {
                true => Err(format!("`{}` is yet to come", when.0)),
                false => Ok(Some((name.value.trim().to_owned(), day))),
            }
        }
        (Some(_), None) => Err(format!("`{}` is missing", when.0)),
        (None, Some(_)) => Err(format!("`{}` is missing", who.0)),
    };
    let used = pair(
        ("used_by", &document.used_by),
        ("used_at", &document.used_at),
    )?;
    let reviewed = pair(
        ("reviewed_by", &document.reviewed_by),
        ("reviewed_at", &document.reviewed_at),
    )?;
    if let (Some((user, used)), Some((reviewer, on))) = (&used, &reviewed) {
        if same(user, reviewer) {
            return Err("who used it cannot review it".into());
        }
        if on < used {
            return Err("it is reviewed before it was used".into());
        }
    }
    let outcome = document
        .outcome
        .as_ref()
        .map(|text| text.value.trim().to_owned());
    if reviewed.is_some() {
        real("outcome", outcome.as_deref().unwrap_or_default())?;
    } else if used.is_none() {
        return Err("it needs `used_at`, or `reviewed_at`".into());
    }
    let next = document.next.as_ref();
    Ok(Reviewed {
        about: document.about.value.trim().to_owned(),
        used,
        reviewed,
        outcome: outcome.unwrap_or_default(),
        next: next.map(|day| date("next", day.value.trim())).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_person_reviews_a_use_in_time() {
        let now = jiff::civil::date(2026, 1, 20);
        let good = "about: breakglass\nused_by: \"@a\"\nused_at: 2026-01-01\nreviewed_by: \"@b\"\nreviewed_at: 2026-01-05\noutcome: rotated the key\nnext: 2026-03-01\n";
        let state = |text: &str| read("x", text, now).said.map(|said| said.state(now, 7));
        assert_eq!(state(good), Ok("reviewed"));
        assert_eq!(state(&good.replace("2026-01-05", "2026-01-15")), Ok("late"));
        assert_eq!(
            state(&good.replace("2026-03-01", "2026-01-10")),
            Ok("overdue")
        );
        let open = "about: breakglass\nused_by: \"@a\"\nused_at: 2026-01-18\n";
        assert_eq!(state(open), Ok("waiting"));
        assert_eq!(state(&open.replace("01-18", "01-08")), Ok("overdue"));
        for (from, to, part) in [
            ("\"@b\"", "\"@A\"", "who used it"),
            ("2026-01-05", "2025-12-31", "before it was used"),
            ("2026-01-05", "2026-02-01", "yet to come"),
            ("used_at: 2026-01-01\n", "", "`used_at` is missing"),
            ("outcome: rotated the key\n", "", "`outcome` says nothing"),
            ("next:", "nxt:", "did you mean `next`"),
            ("about: breakglass", "about: TODO", "says nothing"),
        ] {
            let reason = state(&good.replacen(from, to, 1)).unwrap_err();
            assert!(reason.contains(part), "{from}: {reason}");
        }
    }
}
