//! `.tenure/roster.yaml`: who is there, and until when. Only history reads it, to say since when an owner is gone; its schema
//! is `docs/roster.schema.json`.

use super::allow::{real, same};
use super::entries::{self, Entry, Part, Wrong};
use super::grammar::date;
use crate::model::Date;

/// Where a repository keeps it.
pub const ROSTER: &str = ".tenure/roster.yaml";

/// The people and teams of one version of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    people: Vec<Member>,
    teams: Vec<(Member, Vec<String>)>,
    /// Names of entries that are not understood: nobody knows whether they are there.
    doubtful: Vec<String>,
    /// What is wrong with those entries, in lower-case phrases.
    wrong: Vec<String>,
}

/// A name and the last day it answers for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    name: String,
    until: Option<Date>,
}

impl Roster {
    /// Reads the file. An entry that is not understood leaves the others as they are; [`Roster::wrong`] says what it lacks.
    ///
    /// # Errors
    /// When its syntax is broken, or an entry that is not understood names nobody: why, in a lower-case phrase.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut roster = Self::default();
        let parts = entries::parts(text, &["people", "teams"]).map_err(|(_, why)| why)?;
        for part in parts {
            match part {
                Part::Stray((_, problem)) => return Err(problem),
                Part::Entry(list, entry) => {
                    let read = roster.add(list, &entry, text);
                    read.or_else(|(_, why)| roster.doubt(&entry, text, why))?;
                }
            }
        }
        Ok(roster)
    }

    /// What is wrong with entries that are not understood, each with the name it is about.
    #[must_use]
    pub fn wrong(&self) -> &[String] {
        &self.wrong
    }

    fn add(&mut self, list: &str, entry: &Entry, text: &str) -> Result<(), Wrong> {
        if list == "people" {
            entry.only(&["name", "until"])?;
            self.people.push(member(entry, text)?);
            return Ok(());
        }
        entry.only(&["name", "until", "members"])?;
        let team = member(entry, text)?;
        self.teams.push((team, entry.texts("members")?));
        Ok(())
    }

    fn doubt(&mut self, entry: &Entry, text: &str, why: String) -> Result<(), String> {
        let name = entry.text("name", text).ok().flatten();
        let name = name.filter(|(name, _)| real("name", name).is_ok());
        let (name, _) = name.ok_or_else(|| why.clone())?;
        self.wrong.push(format!("{name}: {why}"));
        self.doubtful.push(name);
        Ok(())
    }

    /// Whether a person, or a team with a person in it, is there on a day, or nobody knows.
    #[must_use]
    pub fn has(&self, name: &str, day: Date) -> bool {
        let there = |member: &Member| member.until.is_none_or(|until| until >= day);
        let doubtful = |name: &str| self.doubtful.iter().any(|own| same(own, name));
        let person = |name: &str| {
            doubtful(name)
                || self
                    .people
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

/// A name that says something, and its last day.
fn member(entry: &Entry, text: &str) -> Result<Member, Wrong> {
    let (name, at) = entry.need("name", text)?;
    real("name", &name).map_err(|why| (at, why))?;
    let until = entry.text("until", text)?;
    let until = until.map(|(day, at)| date("until", &day).map_err(|why| (at, why)));
    Ok(Member {
        name,
        until: until.transpose()?,
    })
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
    fn a_slip_in_one_entry_leaves_the_others() {
        let roster = Roster::read(&TEXT.replace("until:", "untl:")).unwrap();
        let late = date(2036, 4, 1);
        assert!(roster.has("ann", late) && roster.has("@bo", late) && roster.has("@org/pay", late));
        assert!(!roster.has("@cy", late));
        let wrong = "@bo: unknown key `untl`; did you mean `until`?";
        assert_eq!(roster.wrong(), [wrong]);
        let roster = Roster::read(&TEXT.replace("2026-03-31", "2026-3-31")).unwrap();
        assert!(roster.has("@bo", late) && roster.wrong()[0].contains("not a date"));
    }

    #[test]
    fn every_doubt_is_said() {
        for (from, to, part) in [
            ("name: \"@bo\"", "nam: \"@bo\"", "unknown key `nam`"),
            ("\"@Ann\"", "TBD", "says nothing"),
            ("people:", "persons: 1\npeople:", "unknown key `persons`"),
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
