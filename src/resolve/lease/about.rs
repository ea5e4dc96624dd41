//! What the words of a lease point at: subjects by the line their declaration begins on, by address, by name.

use crate::format::Declaration;
use crate::model::{Estate, LeaseAbout, Noun, Subject};
use crate::source::{BlobId, Span};
use rustc_hash::FxHashMap;

/// Nouns that a lease can speak for; settings, as the reviewers of an environment, where nothing else is meant.
const NOUNS: [Noun; 6] = [
    Noun::Identity,
    Noun::Grant,
    Noun::Credential,
    Noun::Trust,
    Noun::Usage,
    Noun::Setting,
];

/// The subjects of an estate by place, address and name.
pub(super) struct About<'a> {
    estate: &'a Estate,
    by_address: FxHashMap<&'a str, Vec<Subject>>,
    /// Subjects by file, with what is whole and what names them; only where a comment may ask.
    by_file: FxHashMap<BlobId, Vec<Placed>>,
    /// Addresses by the module calls that made them.
    through: Vec<(Span, &'a str)>,
    /// Files by address.
    paths: FxHashMap<&'a str, &'a str>,
}

impl<'a> About<'a> {
    /// Indexes the estate; `whole` for all ways to ask, else by address alone.
    pub(super) fn new(estate: &'a Estate, declarations: &'a [Declaration], whole: bool) -> Self {
        let mut about = Self {
            estate,
            by_address: FxHashMap::default(),
            by_file: FxHashMap::default(),
            through: Vec::new(),
            paths: FxHashMap::default(),
        };
        for subject in NOUNS.into_iter().flat_map(|noun| estate.subjects(noun)) {
            let (address, span, all) = estate.place(subject);
            let named = about.by_address.entry(address).or_default();
            if subject.noun != Noun::Setting || named.is_empty() && whole {
                named.push(subject);
            }
            if whole {
                let file = about.by_file.entry(all.blob).or_default();
                let places = called(estate, subject, span);
                file.extend(places.map(|place| (all, place, subject)));
            }
        }
        if whole {
            for declaration in declarations {
                let address = declaration.address.as_str();
                about.paths.insert(address, &declaration.scope.path);
                let calls = declaration.scope.through.iter();
                about.through.extend(calls.map(|call| (*call, address)));
            }
        }
        about
    }

    /// Subjects of an address.
    pub(super) fn at(&self, address: &str) -> &[Subject] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// What the words of a lease point at.
    pub(super) fn subjects(&self, about: &LeaseAbout) -> Vec<Subject> {
        let mut found = match about {
            LeaseAbout::Nothing => Vec::new(),
            LeaseAbout::Line(line) => self.on_line(*line),
            LeaseAbout::Named { address, path } => self.named(address, path),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What a line begins; else what a module called there makes; else what is named on it; else what it lies in.
    fn on_line(&self, line: Span) -> Vec<Subject> {
        let all = self.by_file.get(&line.blob).map_or(&[][..], Vec::as_slice);
        // Settings stand last.
        let settings = all.partition_point(|(.., subject)| subject.noun != Noun::Setting);
        let (all, settings) = all.split_at(settings);
        let mut found = self.named_on(all, line);
        if found.is_empty() {
            found = self.named_on(settings, line);
        }
        if found.is_empty() {
            found = around(all, line);
        }
        if found.is_empty() {
            found = nearest(settings, around(settings, line), line);
        }
        found
    }

    /// What a line begins; else what a module called there makes; else what is named on it.
    fn named_on(&self, file: &[Placed], line: Span) -> Vec<Subject> {
        let touches = |span: &Span| span.start <= line.end && span.end >= line.start;
        let begins = |whole: &Span| (line.start..=line.end).contains(&whole.start);
        let mut found = kept(file, &|whole, _| begins(whole));
        let calls = self
            .through
            .iter()
            .filter(|(call, _)| call.blob == line.blob && begins(call));
        found.extend(calls.flat_map(|(_, address)| self.at(address)));
        if found.is_empty() {
            found = kept(file, &|_, span| span.blob == line.blob && touches(span));
        }
        found
    }

    /// What has an address or name; what names a principal outside where nothing has it.
    fn named(&self, name: &str, path: &str) -> Vec<Subject> {
        let below = |subject: &Subject| {
            let (address, ..) = self.estate.place(*subject);
            let file = self.paths.get(address).copied().unwrap_or(address);
            let path = path.trim_end_matches('/');
            path.is_empty()
                || file
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut found: Vec<Subject> = self.at(name).iter().copied().filter(below).collect();
        if found.is_empty() {
            let rooted = self.by_address.iter().filter(|(address, _)| {
                address
                    .rsplit_once(':')
                    .is_some_and(|(_, rest)| rest == name)
            });
            found = rooted
                .flat_map(|(_, subjects)| subjects)
                .copied()
                .filter(below)
                .collect();
        }
        if found.is_empty() {
            let by_name = self
                .estate
                .subjects(Noun::Identity)
                .filter(|subject| self.estate.identities[subject.id.index()].name.text() == name);
            found = by_name.filter(below).collect();
        }
        if found.is_empty() {
            let kinds = ["user:", "group:", "serviceAccount:", "domain:"];
            let bare = kinds.iter().find_map(|kind| name.strip_prefix(kind));
            let to = self.estate.subjects(Noun::Grant).filter(|subject| {
                let to = self.estate.grants[subject.id.index()].to.text();
                to == name || bare == Some(to)
            });
            found = to.filter(below).collect();
        }
        found
    }
}

/// A subject with what is whole and what names it.
type Placed = (Span, Span, Subject);

fn kept(file: &[Placed], keep: &dyn Fn(&Span, &Span) -> bool) -> Vec<Subject> {
    let kept = file.iter().filter(|(whole, span, _)| keep(whole, span));
    kept.map(|(.., subject)| *subject).collect()
}

/// The least thing that a line lies in.
fn around(file: &[Placed], line: Span) -> Vec<Subject> {
    let around = |whole: &Span| whole.start <= line.start && line.end <= whole.end;
    let wholes = file.iter().map(|(whole, ..)| whole);
    let least = wholes
        .filter(|whole| around(whole))
        .map(|whole| whole.len())
        .min();
    kept(file, &|whole, _| {
        around(whole) && Some(whole.len()) == least
    })
}

/// Of settings of one file those of the item that was named last before a line, as an environment above one of its reviewers.
fn nearest(file: &[Placed], found: Vec<Subject>, line: Span) -> Vec<Subject> {
    let of = |subject: &Subject| {
        let mut places = file.iter().filter(|(.., own)| own == subject);
        places
            .find(|(_, place, _)| place.start <= line.start)
            .map(|(_, place, _)| place.start)
    };
    match found.iter().filter_map(of).max() {
        Some(last) => found
            .iter()
            .copied()
            .filter(|own| of(own) == Some(last))
            .collect(),
        None => found,
    }
}

/// Where a subject is named: at the place of its own, or for a setting at what it belongs to, as the item of a list that a
/// lease stands above; a grant also at its principal, as the entry of a binding.
fn called(estate: &Estate, subject: Subject, span: Span) -> impl Iterator<Item = Span> {
    let at = subject.id.index();
    let (own, more) = match subject.noun {
        Noun::Setting => {
            let setting = &estate.settings[at];
            let of = setting.of.span();
            (of.filter(|of| of.blob == setting.whole.blob), None)
        }
        Noun::Grant => {
            let whole = estate.grants[at].whole;
            let within = |entry: &Span| {
                entry.blob == whole.blob && whole.start < entry.start && entry.end <= whole.end
            };
            (None, estate.grants[at].principal.span().filter(within))
        }
        _ => (None, None),
    };
    [Some(own.unwrap_or(span)), more].into_iter().flatten()
}
