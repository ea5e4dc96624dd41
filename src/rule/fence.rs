//! The fences of a rule page: its examples. Also compiled into `build.rs`.

use serde::{Deserialize, Serialize};

/// Whether an example must be found or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Yields a finding on each line that ends in a `# finding` (or `// finding`, `<!-- finding -->`) comment.
    Bad,
    /// Yields none.
    Good,
}

/// One fence of a rule page. Fences under one heading with different `file=` form one small repository.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Example {
    /// What is expected.
    pub kind: Kind,
    /// The heading it stands under.
    pub heading: String,
    /// Path in the small repository.
    pub file: String,
    /// Other rules that this good example is known to be a finding of: `also=rule/id` in the fence.
    pub also: Vec<String>,
    /// Day of the commit that brings this text: `on=2025-03-01`. Fences of one file with a day are its versions, and the
    /// last day is the change that is looked at.
    pub on: Option<String>,
    /// Address of that commit's author: `by=alice@example.org`.
    pub by: String,
    /// The text, markers included.
    pub text: String,
    /// Line of the fence in the page, from 1.
    pub line: u32,
}

/// Parts a page's body into prose and example fences. A fence is an example when its info string says `bad` or `good`.
pub(crate) fn split(body: &str, first_line: u32) -> (String, Vec<Example>) {
    let (mut prose, mut examples, mut heading) = (String::new(), Vec::new(), String::new());
    let mut lines = body.lines().zip(first_line..);
    while let Some((line, number)) = lines.next() {
        let trimmed = line.trim_start();
        let ticks = trimmed.len() - trimmed.trim_start_matches('`').len();
        let info: Vec<&str> = trimmed[ticks..].split_whitespace().collect();
        let kind = if info.contains(&"bad") {
            Some(Kind::Bad)
        } else if info.contains(&"good") {
            Some(Kind::Good)
        } else {
            None
        };
        if let (true, Some(kind)) = (ticks >= 3, kind) {
            let close = "`".repeat(ticks);
            let mut text = String::new();
            for (line, _) in lines.by_ref() {
                if line.trim() == close {
                    break;
                }
                text.push_str(line);
                text.push('\n');
            }
            let file = info
                .iter()
                .find_map(|word| word.strip_prefix("file="))
                .unwrap_or("example")
                .to_owned();
            let word = |key: &str| info.iter().find_map(|word| word.strip_prefix(key));
            let also = info
                .iter()
                .filter_map(|word| word.strip_prefix("also="))
                .flat_map(|rules| rules.split(','))
                .map(str::to_owned)
                .collect();
            examples.push(Example {
                kind,
                heading: heading.clone(),
                file,
                also,
                on: word("on=").map(str::to_owned),
                by: word("by=").unwrap_or_default().to_owned(),
                text,
                line: number,
            });
            continue;
        }
        if ticks == 0 && line.starts_with('#') {
            line.trim_start_matches('#').trim().clone_into(&mut heading);
        }
        prose.push_str(line);
        prose.push('\n');
    }
    (prose.trim().to_owned(), examples)
}
