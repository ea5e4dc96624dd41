//! `.tenure/roster.yaml`: who is there, and until when. Only history reads it, to say since when an owner is gone; its schema
//! is `docs/roster.schema.json`.

use super::allow::{real, same};
use super::grammar::date;
use super::waiver;
use crate::model::Date;

/// Where a repository keeps it.
pub const ROSTER: &str = ".tenure/roster.yaml";

/// The people and teams of one version of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    people: Vec<Member>,
    teams: Vec<(Member, Vec<String>)>,
}

/// A name and the last day it answers for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    name: String,
    until: Option<Date>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    people: Vec<Person>,
    #[serde(default)]
    teams: Vec<Team>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    #[serde(default)]
    until: Option<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Team {
    name: String,
    #[serde(default)]
    until: Option<String>,
    members: Vec<String>,
}

impl Roster {
    /// Reads the file.
    ///
    /// # Errors
    /// When it does not read, holds a key or a date that is none, or a name that says nothing: why, in a lower-case phrase.
    pub fn read(text: &str) -> Result<Self, String> {
        let Some(document) = waiver::document::<Option<Document>>(text)? else {
            return Ok(Self::default());
        };
        let member = |name: String, until: Option<String>| {
            real("name", &name)?;
            let until = until.map(|text| date("until", text.trim())).transpose()?;
            Ok::<Member, String>(Member { name, until })
        };
        Ok(Self {
            people: document
                .people
                .into_iter()
                .map(|person| member(person.name, person.until))
                .collect::<Result<_, _>>()?,
            teams: document
                .teams
                .into_iter()
                .map(|team| Ok((member(team.name, team.until)?, team.members)))
                .collect::<Result<_, String>>()?,
        })
    }

    /// Whether a person, or a team with a person in it, is there on a day.
    #[must_use]
    pub fn has(&self, name: &str, day: Date) -> bool {
        let there = |member: &Member| member.until.is_none_or(|until| until >= day);
        let person = |name: &str| {
            self.people
                .iter()
                .any(|member| same(&member.name, name) && there(member))
        };
        person(name)
            || self.teams.iter().any(|(team, members)| {
                same(&team.name, name) && there(team) && members.iter().any(|name| person(name))
            })
    }

    /// The last day of a name, where the roster tells.
    #[must_use]
    pub fn last_day(&self, name: &str) -> Option<Date> {
        let teams = self.teams.iter().map(|(team, _)| team);
        let mut named = self.people.iter().chain(teams);
        named.find(|member| same(&member.name, name))?.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TEXT: &str = "people:\n- name: \"@Ann\"\n- name: \"@bo\"\n  until: 2026-03-31\nteams:\n- name: \"@org/pay\"\n  members: [\"@bo\"]\n";

    #[test]
    fn a_team_is_there_while_one_of_its_people_is() {
        let roster = Roster::read(TEXT).unwrap();
        let (before, after) = (date(2026, 3, 31), date(2026, 4, 1));
        assert!(roster.has("ann", after));
        assert!(roster.has("@bo", before) && !roster.has("@bo", after));
        assert!(roster.has("@org/pay", before) && !roster.has("@org/pay", after));
        assert!(!roster.has("@cy", before));
        assert_eq!(roster.last_day("bo"), Some(before));
        assert_eq!(Roster::read("").unwrap(), Roster::default());
    }

    #[test]
    fn every_doubt_is_said() {
        for (from, to, part) in [
            ("until: 2026-03-31", "until: 2026-3-31", "not a date"),
            ("until:", "untl:", "unknown key `untl`"),
            ("\"@Ann\"", "TBD", "says nothing"),
            ("people:", "people: [", ""),
        ] {
            let reason = Roster::read(&TEXT.replacen(from, to, 1)).unwrap_err();
            assert!(reason.contains(part), "{to}: {reason}");
        }
    }

    #[test]
    fn the_published_schema_has_the_keys_that_are_read() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../docs/roster.schema.json")).unwrap();
        let keys = |at: &str| -> Vec<String> {
            let found = schema.pointer(at).and_then(|found| found.as_object());
            found.unwrap().keys().cloned().collect()
        };
        assert_eq!(keys("/properties"), ["people", "teams"]);
        assert_eq!(
            keys("/properties/people/items/properties"),
            ["name", "until"]
        );
        assert_eq!(
            keys("/properties/teams/items/properties"),
            ["members", "name", "until"]
        );
    }
}
