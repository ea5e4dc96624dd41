//! Who made a commit, and whose second name it shows: author, committer, trailers, the merge that brought it in.

use rustc_hash::FxHashMap;

/// Bytes of a commit's message that are looked at for trailers.
const MESSAGE: usize = 64 << 10;

/// One person as a commit writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    name: String,
    email: String,
}

impl Person {
    /// Reads `Name <email>`, whatever follows; none where neither is written.
    fn read(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('<').unwrap_or((text, ""));
        let email = rest.split('>').next().unwrap_or_default();
        let person = Self {
            name: name.trim().to_lowercase(),
            email: email.trim().to_lowercase(),
        };
        (!person.name.is_empty() || !person.email.is_empty()).then_some(person)
    }

    /// Whether it may be one human being: of two names with one address, or two addresses with one name.
    fn is(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        same(&self.email, &other.email) || same(&self.name, &other.name)
    }

    /// Whether it is a program, or the forge that writes for somebody.
    fn is_machine(&self) -> bool {
        let marked = |text: &str| text.contains("[bot]") || text.ends_with("-bot");
        marked(&self.name) || marked(&self.email) || self.email == "noreply@github.com"
    }
}

/// The `.mailmap` of a repository: which written names and addresses are whose.
#[derive(Debug, Default)]
pub(super) struct Mailmap(FxHashMap<(String, String), Person>);

impl Mailmap {
    /// Reads the file; lines that do not read are left out.
    pub(super) fn read(text: &str) -> Self {
        let mut found = FxHashMap::default();
        for line in text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default())
        {
            let mut parts = line.split_inclusive('>').filter_map(Person::read);
            let (Some(proper), written) = (parts.next(), parts.next()) else {
                continue;
            };
            let (email, name) = match &written {
                Some(written) => (written.email.clone(), written.name.clone()),
                None => (proper.email.clone(), String::new()),
            };
            found.insert((email, name), proper);
        }
        Self(found)
    }

    fn settle(&self, person: Person) -> Person {
        let exact = self.0.get(&(person.email.clone(), person.name.clone()));
        let any = || self.0.get(&(person.email.clone(), String::new()));
        let Some(proper) = exact.or_else(any) else {
            return person;
        };
        let or = |own: &str, proper: &str| match proper.is_empty() {
            true => own.to_owned(),
            false => proper.to_owned(),
        };
        Person {
            name: or(&person.name, &proper.name),
            email: or(&person.email, &proper.email),
        }
    }
}

/// The people of one commit.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Who wrote it: the author and who `Co-authored-by` names.
    authors: Vec<Person>,
    /// Who else stands in it: committer and trailers of a review.
    others: Vec<Person>,
}

/// What a change shows of who stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// A second person is named.
    Second,
    /// Nobody but its authors is named.
    Solo,
    /// A program wrote it and no person is named.
    Machine,
    /// It names no author at all.
    Nobody,
}

impl People {
    /// Reads a commit's bytes.
    pub(super) fn read(commit: &[u8], mailmap: &Mailmap) -> Self {
        let text = String::from_utf8_lossy(&commit[..commit.len().min(MESSAGE)]);
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut people = Self::default();
        let person = |text: &str| Person::read(text).map(|person| mailmap.settle(person));
        for line in head.lines() {
            if let Some(who) = line.strip_prefix("author ") {
                people.authors.extend(person(who));
            } else if let Some(who) = line.strip_prefix("committer ") {
                people.others.extend(person(who));
            }
        }
        for line in message.lines() {
            let Some((key, who)) = line.split_once(':') else {
                continue;
            };
            match key.trim().to_ascii_lowercase().as_str() {
                "co-authored-by" => people.authors.extend(person(who)),
                "reviewed-by" | "approved-by" | "acked-by" | "signed-off-by" => {
                    people.others.extend(person(who));
                }
                _ => {}
            }
        }
        people
    }

    /// What a commit shows, with the last commit of the branch where it merges one.
    pub(super) fn evidence(&self, branch: Option<&People>) -> Evidence {
        let authors = branch.map_or(&self.authors, |branch| &branch.authors);
        if authors.is_empty() {
            return Evidence::Nobody;
        }
        let merged = branch.map_or(&[][..], |branch| &branch.others);
        let merger = branch.map_or(&[][..], |_| &self.authors);
        let second = self
            .others
            .iter()
            .chain(merged)
            .chain(merger)
            .any(|other| !other.is_machine() && !authors.iter().any(|author| author.is(other)));
        match second {
            true => Evidence::Second,
            false if authors.iter().all(Person::is_machine) => Evidence::Machine,
            false => Evidence::Solo,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(head: &str, message: &str, mailmap: &str) -> People {
        People::read(
            format!("{head}\n\n{message}").as_bytes(),
            &Mailmap::read(mailmap),
        )
    }

    const ANN: &str =
        "author Ann <ann@x.org> 1 +0000\ncommitter GitHub <noreply@github.com> 1 +0000";

    #[test]
    fn a_second_person_is_another_person_and_no_program() {
        let evidence = |head: &str, message: &str| people(head, message, "").evidence(None);
        assert_eq!(evidence(ANN, "x"), Evidence::Solo);
        assert_eq!(
            evidence(ANN, "x\n\nReviewed-by: Bo <bo@x.org>"),
            Evidence::Second
        );
        assert_eq!(
            evidence(ANN, "x\n\nReviewed-by: Ann <a@y.org>"),
            Evidence::Solo
        );
        assert_eq!(
            evidence(ANN, "x\n\nCo-authored-by: Bo <bo@x.org>"),
            Evidence::Solo
        );
        let applied = "author Ann <ann@x.org> 1 +0000\ncommitter Bo <bo@x.org> 1 +0000";
        assert_eq!(evidence(applied, ""), Evidence::Second);
        let bot = "author renovate[bot] <1+renovate[bot]@users.noreply.github.com> 1 +0000";
        assert_eq!(evidence(bot, ""), Evidence::Machine);
        assert_eq!(evidence("author  <> 1 +0000", ""), Evidence::Nobody);
        assert_eq!(evidence("tree 1", ""), Evidence::Nobody);
    }

    #[test]
    fn who_merges_is_the_second_person_and_names_of_one_person_are_one() {
        let merge = people("author Bo <bo@x.org> 1 +0000", "Merge", "");
        let own = people("author Bo B <bo@x.org> 1 +0000", "work", "");
        let branch = people(ANN, "work", "");
        assert_eq!(merge.evidence(Some(&branch)), Evidence::Second);
        assert_eq!(merge.evidence(Some(&own)), Evidence::Solo);
        let map =
            "Ann <ann@x.org> Ann at work <ann@work.org>\nAnn <ann@x.org> <old@x.org> # once\n";
        let written = "x\n\nReviewed-by: Ann at work <ann@work.org>\nAcked-by: A. <old@x.org>";
        assert_eq!(people(ANN, written, map).evidence(None), Evidence::Solo);
        assert_eq!(people(ANN, written, "").evidence(None), Evidence::Second);
    }
}
