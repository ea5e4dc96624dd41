//! When something ends, in the four ways that are known of it.

use crate::model::{Date, Fact};
use serde::Serialize;

/// When a credential or right ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "ends", rename_all = "snake_case")]
pub enum End {
    /// Nothing ends it.
    Never,
    /// On a day.
    On {
        /// YYYY-MM-DD.
        date: String,
    },
    /// So long after it was made.
    After {
        /// How long.
        seconds: i64,
    },
    /// It cannot be told.
    Unknown,
}

impl End {
    /// From what is known of day and lifetime.
    pub(super) fn new(expires: &Fact<Date>, lifetime: &Fact<i64>) -> Self {
        match (expires.value(), lifetime.value()) {
            (Some(date), _) => End::On {
                date: date.to_string(),
            },
            (None, Some(seconds)) => End::After { seconds: *seconds },
            (None, None) if expires.is_absent() && lifetime.is_absent() => End::Never,
            (None, None) => End::Unknown,
        }
    }

    /// Whether nothing ends it.
    #[must_use]
    pub fn is_never(&self) -> bool {
        *self == End::Never
    }

    /// For a reader: `never ends`, `ends 2027-01-31`, `lives 90 days`.
    #[must_use]
    pub fn phrase(&self) -> String {
        match self {
            End::Never => "never ends".to_owned(),
            End::On { date } => format!("ends {date}"),
            End::After { seconds } => format!("lives {}", length(*seconds)),
            End::Unknown => "its end is not known".to_owned(),
        }
    }

    /// For a cell: `never`, a day, a length, `unknown`.
    #[must_use]
    pub fn cell(&self) -> String {
        match self {
            End::Never => "never".to_owned(),
            End::On { date } => date.clone(),
            End::After { seconds } => length(*seconds),
            End::Unknown => "unknown".to_owned(),
        }
    }
}

/// Seconds in the largest unit that holds them whole.
fn length(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (count, unit) = units
        .iter()
        .find(|(size, _)| seconds >= *size && seconds % size == 0)
        .map_or((seconds, "second"), |(size, unit)| (seconds / size, unit));
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn never_is_said_only_where_nothing_is_unknown() {
        let never = End::new(&Fact::Absent, &Fact::Absent);
        assert!(never.is_never());
        let unknown = End::new(&Fact::Unknown(None), &Fact::Absent);
        assert_eq!(unknown.cell(), "unknown");
        let length = End::new(
            &Fact::Unknown(None),
            &Fact::Known(7_776_000, Span::default()),
        );
        assert_eq!(length.phrase(), "lives 90 days");
        assert_eq!(End::After { seconds: 3_601 }.cell(), "3601 seconds");
    }
}
