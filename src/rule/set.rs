//! All rules of a run: the built-in ones, unpacked from the binary, and the user's own.

use super::{PageError, Rule, parse};
use std::path::Path;
use std::sync::Arc;

/// Rules sorted by id. A copy shares them.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
}

/// The rules that come with the binary.
///
/// # Panics
/// Never: the packed bytes are written by `build.rs` from the same types.
#[must_use]
pub fn builtin() -> RuleSet {
    let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
    let (count, mut rest) = postcard::take_from_bytes::<usize>(packed).expect(PACKED);
    // One by one, so that no rule is moved a second time.
    let next = |_| {
        let (rule, after) = postcard::take_from_bytes(rest).expect(PACKED);
        rest = after;
        Arc::new(rule)
    };
    RuleSet {
        rules: (0..count).map(next).collect(),
    }
}

const PACKED: &str = "build.rs packs the same types";

impl RuleSet {
    /// Takes rules in any order; a later rule of the same id replaces an earlier one.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        Self::sorted(rules.into_iter().map(Arc::new).collect())
    }

    fn sorted(mut rules: Vec<Arc<Rule>>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        rules.reverse();
        rules.dedup_by(|a, b| a.id == b.id);
        rules.reverse();
        Self { rules }
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
        let mut rules = self.rules;
        rules.extend(own.rules);
        Self::sorted(rules)
    }

    /// The rule of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules
            .binary_search_by(|rule| rule.id.as_str().cmp(id))
            .ok()
            .map(|index| &*self.rules[index])
    }

    /// All rules by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(Arc::as_ref)
    }

    /// Keeps the rules that pass.
    #[must_use]
    pub fn filter(self, keep: impl Fn(&Rule) -> bool) -> Self {
        Self {
            rules: self.rules.into_iter().filter(|rule| keep(rule)).collect(),
        }
    }

    /// The rules that pass, and the others.
    #[must_use]
    pub fn part(self, keep: impl Fn(&Rule) -> bool) -> (Self, Self) {
        let (kept, others) = self.rules.into_iter().partition(|rule| keep(rule));
        (Self { rules: kept }, Self { rules: others })
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Rule {
    /// Whether a word of `--select` or `--ignore` means this rule: its id, a glob with `*` at the end (`secret/*`), or an NHI item.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        match word.strip_suffix('*') {
            Some(prefix) => self.id.starts_with(prefix),
            None => self.id == word || self.nhi.iter().any(|item| item.eq_ignore_ascii_case(word)),
        }
    }
}
