//! Finds circles between modules that lie beside one another: two that name each other hold one idea in two places, or one
//! of them holds an idea of the other's.
//!
//! What a module names through its parent's `pub use` counts for the parent.

use super::import::{Token, lex};
use std::collections::{BTreeMap, BTreeSet};

/// The names of a module and those above it, outermost first.
type Module = Vec<String>;

/// Which members of a folder each member names.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The circles among files of `src`: folder, and members in alphabetical order. Tests may name anything.
pub(crate) fn circles(files: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let modules: BTreeSet<Module> = files.iter().map(|(file, _)| module(file)).collect();
    let mut folders: BTreeMap<String, Arrows> = BTreeMap::new();
    for (file, text) in files {
        if file.ends_with("tests.rs") || file.contains("/tests/") {
            continue;
        }
        let own = module(file);
        let code = text.split("#[cfg(test)]\nmod tests {").next();
        for named in named(&own, &lex(code.unwrap_or_default()), &modules) {
            let shared = own.iter().zip(&named).take_while(|(a, b)| a == b).count();
            if let (Some(from), Some(to)) = (own.get(shared), named.get(shared)) {
                let arrows = folders.entry(own[..shared].join("/")).or_default();
                arrows.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    let knots = folders.iter().flat_map(|(folder, arrows)| {
        let knots = knots(arrows).into_iter();
        knots.map(|members| (folder.clone(), members))
    });
    knots.collect()
}

fn module(file: &str) -> Module {
    let bare = file.strip_suffix(".rs").unwrap_or(file);
    bare.split('/').map(str::to_owned).collect()
}

/// The modules that paths from the crate's root, `super` or `self` lead to.
fn named(own: &Module, tokens: &[Token], modules: &BTreeSet<Module>) -> Vec<Module> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let starts = matches!(token.text.as_str(), "crate" | "super" | "self");
        let follows = at > 0 && tokens[at - 1].text == "::";
        if starts && !follows && text(tokens, at + 1) == "::" {
            follow(tokens, at, own.clone(), modules, &mut found);
        }
    }
    found
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| &token.text)
}

/// Follows one path, or each of a group; returns where it ends.
fn follow(
    tokens: &[Token],
    mut at: usize,
    mut base: Module,
    modules: &BTreeSet<Module>,
    found: &mut Vec<Module>,
) -> usize {
    loop {
        match text(tokens, at) {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            "{" => {
                at += 1;
                while !matches!(text(tokens, at), "}" | "") {
                    at = follow(tokens, at, base.clone(), modules, found);
                    at += usize::from(text(tokens, at) == ",");
                }
                return at + 1;
            }
            word => {
                base.push(word.to_owned());
                if !modules.contains(&base) {
                    base.pop();
                    found.push(base);
                    return after(tokens, at);
                }
            }
        }
        if text(tokens, at + 1) != "::" {
            found.push(base);
            return after(tokens, at);
        }
        at += 2;
    }
}

/// The comma or brace behind an item of a group.
fn after(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0;
    loop {
        match text(tokens, at) {
            "{" => depth += 1,
            "," | "}" | "" if depth == 0 => return at,
            "}" => depth -= 1,
            "" => return at,
            _ => {}
        }
        at += 1;
    }
}

/// The members of a folder that name one another, by whatever way round.
fn knots(arrows: &Arrows) -> BTreeSet<Vec<String>> {
    let reach = |from: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            let next = arrows.get(at).into_iter().flatten();
            open.extend(next.filter(|to| seen.insert((*to).clone())));
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|from| (from, reach(from))).collect();
    let back = |to: &String, from: &String| reached.get(to).is_some_and(|all| all.contains(from));
    let knot = |from: &String| -> Vec<String> {
        let all = reached[from].iter();
        all.filter(|to| back(to, from)).cloned().collect()
    };
    let members = arrows.keys().filter(|from| back(from, from));
    members.map(knot).collect()
}
