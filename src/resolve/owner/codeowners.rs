//! CODEOWNERS: which rule speaks for a path. The last match wins, in each section; a rule without owners takes ownership
//! away. GitLab knows sections, takes paths out of them by `!` and owners out of comments; GitHub skips lines that do, and character
//! ranges, and loads no file above 3 MB; Gitea and Forgejo take expressions, of which each that matches adds owners:
//! <https://docs.gitlab.com/user/project/codeowners/reference>, <https://docs.gitea.com/usage/repository/code-owners>,
//! <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>

use super::pattern::Pattern;
use crate::format::{Declaration, Node};
use crate::source::Span;
use compact_str::CompactString;

/// Where forges look, first wins: GitHub's order, then the places only others know.
const PLACES: &[&str] = &[
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
    ".forgejo/CODEOWNERS",
    ".gitea/CODEOWNERS",
];

/// One file in force.
#[derive(Debug)]
pub(super) struct Codeowners {
    /// The folder its patterns are relative to, with a slash at its end; empty at the root.
    base: String,
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    rules: Vec<Rule>,
    /// Paths that are in no rule of the section, wherever it is written.
    out: Vec<Pattern>,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    owners: CompactString,
    span: Span,
}

/// What the files say of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Owners, separated by spaces.
    pub(super) owners: CompactString,
    /// The rule.
    pub(super) span: Span,
    /// Whether the rule is for every file.
    pub(super) everything: bool,
}

/// The files in force, outermost first: one for each repository in the tree.
pub(super) fn files(declarations: &[Declaration]) -> Vec<Codeowners> {
    let found = in_force(declarations).into_iter();
    found
        .map(|(base, declaration)| Codeowners {
            base,
            sections: sections(declaration),
        })
        .collect()
}

/// The declarations in force, with the folder their patterns are relative to.
pub(super) fn in_force(declarations: &[Declaration]) -> Vec<(String, &Declaration)> {
    let mut found: Vec<(String, usize, &Declaration)> = declarations
        .iter()
        .filter(|declaration| {
            declaration.language == "codeowners" && declaration.kind == "codeowners"
        })
        .filter_map(|declaration| {
            let path = declaration.scope.path.as_str();
            let (at, place) = PLACES
                .iter()
                .enumerate()
                .filter(|(_, place)| path == **place || path.ends_with(&format!("/{place}")))
                // `.gitlab/CODEOWNERS` ends in `CODEOWNERS` too.
                .max_by_key(|(_, place)| place.len())?;
            let base = path[..path.len() - place.len()].to_owned();
            Some((base, at, declaration))
        })
        .collect();
    found.sort_by(|a, b| (a.0.len(), &a.0, a.1).cmp(&(b.0.len(), &b.0, b.1)));
    let mut files: Vec<(String, &Declaration)> = Vec::new();
    for (base, _, declaration) in found {
        // A repository has one file; one in a folder of it is none of the forge's.
        if !files.iter().any(|(other, _)| base.starts_with(other)) {
            files.push((base, declaration));
        }
    }
    files
}

/// Largest file that GitHub loads, in bytes.
const LARGEST: u32 = 3 << 20;

/// Most expressions of one file that are compiled.
const MOST: usize = 300;

/// Whose rules a file is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forge {
    /// GitHub, and forges that nothing tells from it.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
}

impl Forge {
    /// The forge that reads the file: by the place where only one looks, or by sections where GitHub does not look first.
    pub(super) fn of(declaration: &Declaration) -> Self {
        let path = declaration.scope.path.as_str();
        let own = |place: &str| path == place || path.ends_with(&format!("/{place}"));
        let mut lines = declaration.body.as_list().unwrap_or_default().iter();
        if own(".gitea/CODEOWNERS") || own(".forgejo/CODEOWNERS") {
            Self::Gitea
        } else if own(".gitlab/CODEOWNERS")
            || (!own(".github/CODEOWNERS") && lines.any(|line| line.get("pattern").is_none()))
        {
            Self::GitLab
        } else {
            Self::GitHub
        }
    }

    /// Whether it loads the file: one that is too large is left out as a whole.
    pub(super) fn loads(self, declaration: &Declaration) -> bool {
        self != Self::GitHub || declaration.body.span.end <= LARGEST
    }

    /// How many lines of a file are looked at.
    pub(super) fn most(self) -> usize {
        match self {
            Self::GitHub | Self::GitLab => usize::MAX,
            Self::Gitea => MOST,
        }
    }

    /// Whether it skips a line by how its pattern is written.
    pub(super) fn skips(self, pattern: &str) -> bool {
        match self {
            Self::GitHub => pattern.starts_with(['!', '\\']) || pattern.contains(['[', ']']),
            Self::GitLab => false,
            Self::Gitea => Pattern::is_no_expression(pattern),
        }
    }
}

/// Names in the comment of a line, which GitLab takes for owners as those before it.
pub(super) fn in_comment(line: &Node, forge: Forge) -> impl Iterator<Item = &str> {
    let comment = line.get("comment").filter(|_| forge == Forge::GitLab);
    let words = comment.and_then(Node::as_str).unwrap_or_default();
    let words = words.split([' ', '\t', ',', ';', '(', ')']);
    words.filter(|word| word.len() > 1 && word.starts_with('@'))
}

fn sections(declaration: &Declaration) -> Vec<Section> {
    let forge = Forge::of(declaration);
    let lines = declaration.body.as_list().unwrap_or_default();
    match forge {
        _ if !forge.loads(declaration) => Vec::new(),
        Forge::Gitea => lines.iter().take(MOST).filter_map(alone).collect(),
        Forge::GitHub | Forge::GitLab => grouped(lines, forge),
    }
}

/// A line that speaks for itself, whatever the others say.
fn alone(line: &Node) -> Option<Section> {
    let pattern = Pattern::expression(line.get("pattern")?.as_str()?)?;
    Some(Section {
        rules: vec![rule(pattern, line, Forge::Gitea)],
        out: Vec::new(),
    })
}

fn rule(pattern: Pattern, line: &Node, forge: Forge) -> Rule {
    let owners = line.all("owners").filter_map(Node::as_str);
    let owners: Vec<&str> = owners.chain(in_comment(line, forge)).collect();
    Rule {
        pattern,
        owners: owners.join(" ").into(),
        span: line.span,
    }
}

/// Lines by their section, of which the last that matches counts in each.
fn grouped(lines: &[Node], forge: Forge) -> Vec<Section> {
    let mut names: Vec<Option<String>> = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    for line in lines {
        let Some(text) = line.get("pattern").and_then(Node::as_str) else {
            continue;
        };
        let taken_out = text.strip_prefix('!').filter(|_| forge == Forge::GitLab);
        let Some(pattern) = Pattern::new(taken_out.unwrap_or(text)) else {
            continue;
        };
        if forge.skips(text) {
            continue;
        }
        let section = line.get("section").and_then(Node::as_str);
        let section = section.map(str::to_ascii_lowercase);
        let at = names.iter().position(|name| *name == section);
        let at = at.unwrap_or_else(|| {
            names.push(section);
            sections.push(Section::default());
            names.len() - 1
        });
        match taken_out {
            Some(_) => sections[at].out.push(pattern),
            None => sections[at].rules.push(rule(pattern, line, forge)),
        }
    }
    sections
}

/// What the files say of a path; nothing when no rule matches. Owners may be empty.
pub(super) fn verdict(files: &[Codeowners], path: &str) -> Option<Verdict> {
    let file = files.iter().find(|file| path.starts_with(&file.base))?;
    let relative = &path[file.base.len()..];
    let mut found: Vec<Verdict> = file
        .sections
        .iter()
        .filter(|section| !section.out.iter().any(|out| out.matches(relative)))
        .filter_map(|section| {
            let rules = section.rules.iter();
            rules.rev().find(|rule| rule.pattern.matches(relative))
        })
        .map(|rule| Verdict {
            owners: rule.owners.clone(),
            span: rule.span,
            everything: rule.pattern.is_everything(),
        })
        .collect();
    // Of several sections, one that names owners for the path itself says most.
    found.sort_by_key(|verdict| (verdict.owners.is_empty(), verdict.everything));
    found.into_iter().next()
}
