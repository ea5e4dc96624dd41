//! All rules of a run: the built-in ones, unpacked from the binary, and the user's own.

use super::{Head, PageError, Rule, parse};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Rules sorted by id. A copy shares them.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    entries: Vec<Arc<Entry>>,
}

/// A rule of a set: its head, and the rule as soon as somebody asks for it.
#[derive(Debug)]
pub struct Entry {
    head: Head,
    packed: &'static [u8],
    rule: OnceLock<Box<Rule>>,
}

impl Entry {
    /// What selects it.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The rule.
    ///
    /// # Panics
    /// Never: the packed bytes are written by `build.rs` from the same types.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        self.rule
            .get_or_init(|| postcard::from_bytes(self.packed).expect(PACKED))
    }
}

impl From<Rule> for Entry {
    fn from(rule: Rule) -> Self {
        Self {
            head: Head::of(&rule),
            packed: &[],
            rule: OnceLock::from(Box::new(rule)),
        }
    }
}

/// The rules that come with the binary.
///
/// # Panics
/// Never: the packed bytes are written by `build.rs` from the same types.
#[must_use]
pub fn builtin() -> RuleSet {
    let packed: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
    let packed: Vec<(Head, &'static [u8])> = postcard::from_bytes(packed).expect(PACKED);
    let entry = |(head, packed)| {
        Arc::new(Entry {
            head,
            packed,
            rule: OnceLock::new(),
        })
    };
    RuleSet {
        entries: packed.into_iter().map(entry).collect(),
    }
}

const PACKED: &str = "build.rs packs the same types";

impl RuleSet {
    /// Takes rules in any order; a later rule of the same id replaces an earlier one.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        let entries = rules.into_iter().map(|rule| Arc::new(Entry::from(rule)));
        Self::sorted(entries.collect())
    }

    fn sorted(mut entries: Vec<Arc<Entry>>) -> Self {
        entries.sort_by(|a, b| a.head.id.cmp(&b.head.id));
        entries.reverse();
        entries.dedup_by(|a, b| a.head.id == b.head.id);
        entries.reverse();
        Self { entries }
    }

    /// Reads every `*.md` below a directory, `README.md` left out.
    ///
    /// # Errors
    /// All pages that do not read as rules.
    pub fn read(dir: &Path) -> Result<Self, Vec<PageError>> {
        let (mut rules, mut errors, mut open) = (Vec::new(), Vec::new(), vec![dir.to_path_buf()]);
        while let Some(folder) = open.pop() {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(e) => {
                    errors.push(PageError {
                        file: folder.display().to_string(),
                        line: 0,
                        column: 0,
                        message: e.to_string(),
                    });
                    continue;
                }
            };
            for entry in entries.flatten() {
                let path = entry.path();
                let kind = entry.file_type().ok();
                if kind.is_some_and(|kind| kind.is_dir()) {
                    open.push(path);
                } else if path.extension().is_some_and(|e| e == "md")
                    && path.file_name().is_some_and(|n| n != "README.md")
                {
                    match Self::page(dir, &path) {
                        Ok(rule) => rules.push(rule),
                        Err(error) => errors.push(error),
                    }
                }
            }
        }
        errors.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        if errors.is_empty() {
            Ok(Self::new(rules))
        } else {
            Err(errors)
        }
    }

    fn page(dir: &Path, path: &Path) -> Result<Rule, PageError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| PageError {
            file: file.clone(),
            line: 0,
            column: 0,
            message: e.to_string(),
        })?;
        let id = path
            .strip_prefix(dir)
            .unwrap_or(path)
            .with_extension("")
            .display()
            .to_string()
            .replace('\\', "/");
        parse(&id, &file, &text)
    }

    /// Adds the user's rules to these.
    #[must_use]
    pub fn with(self, own: RuleSet) -> Self {
        let mut entries = self.entries;
        entries.extend(own.entries);
        Self::sorted(entries)
    }

    /// The rule of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.entry(id).map(|entry| entry.rule())
    }

    /// Whether a rule of this id is in it.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.entry(id).is_some()
    }

    fn entry(&self, id: &str) -> Option<&Arc<Entry>> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.head.id.as_str().cmp(id));
        at.ok().map(|at| &self.entries[at])
    }

    /// All rules by id, each of them unpacked.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.entries.iter().map(|entry| entry.rule())
    }

    /// All rules by id, as they are packed.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter()
    }

    /// The heads of all rules, by id.
    pub fn heads(&self) -> impl Iterator<Item = &Head> {
        self.entries.iter().map(|entry| &entry.head)
    }

    /// Keeps the rules whose heads pass.
    #[must_use]
    pub fn filter(self, keep: impl Fn(&Head) -> bool) -> Self {
        self.part(keep).0
    }

    /// The rules whose heads pass, and the others.
    #[must_use]
    pub fn part(self, keep: impl Fn(&Head) -> bool) -> (Self, Self) {
        let (kept, others) = self
            .entries
            .into_iter()
            .partition(|entry| keep(&entry.head));
        (Self { entries: kept }, Self { entries: others })
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
