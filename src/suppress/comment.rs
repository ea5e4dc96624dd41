//! Finds `tenure:` in comments of any syntax.
//!
//! No parser is asked: the same comment has to work in files that do not parse. A marker stands at the start of its line
//! or after white space, so that text inside quotes or URLs is no comment. Everything is linear in the text, whatever is
//! in it.

use super::marker::{Marker, line_end, marker};
use super::target::{Ahead, has_code};
use memchr::memmem;
use std::ops::Range;

/// A comment that begins with `tenure:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// The bytes from `tenure:` to the end of the comment on this line.
    pub(super) span: Range<usize>,
    /// The bytes after `tenure:`.
    pub(super) text: Range<usize>,
    /// The line it speaks for, without its end: its own when code stands beside it, else the next that holds code.
    pub(super) target: Option<Range<usize>>,
}

/// A word that would be a directive is looked for this far before it.
const WINDOW: usize = 32;

/// Bytes after `tenure:` that decide whether a directive is meant.
const GLANCE: usize = 512;

/// The comments that begin with `tenure:`, at most one a line. `meant` decides by what follows whether it is one of ours.
pub(super) fn comments(path: &str, text: &[u8], meant: impl Fn(&[u8]) -> bool) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut ahead = Ahead::default();
    let prose = is_prose(path);
    let mut from = 0;
    while let Some(at) = memmem::find(&text[from..], KEY).map(|at| at + from) {
        from = at + KEY.len();
        let Some(marker) = marker(&text[at.saturating_sub(WINDOW)..at], at <= WINDOW) else {
            continue;
        };
        if prose && marker != Marker::Block("-->") {
            continue;
        }
        let glance = &text[from..text.len().min(from + GLANCE)];
        if !meant(&glance[..line_end(glance, 0)]) {
            continue;
        }
        let line = line_start(text, at)..line_end(text, at);
        let end = end(text, from..line.end, marker);
        let target = if has_code(text, &line, at, end, marker) {
            Some(line.clone())
        } else {
            ahead.next_code(text, line.end, marker, end)
        };
        let trimmed = text[at..end].trim_ascii_end().len();
        found.push(Comment {
            span: at..at + trimmed,
            text: from..(at + trimmed).max(from),
            target,
        });
        from = line.end;
    }
    found
}

const KEY: &[u8] = b"tenure:";

/// Formats in which a `#` is no comment and examples of comments are common.
fn is_prose(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    ["md", "mdx", "markdown", "rst", "adoc", "asciidoc"]
        .iter()
        .any(|prose| ending.eq_ignore_ascii_case(prose))
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text[..at]).map_or(0, |end| end + 1)
}

/// Where the comment ends on its line.
fn end(text: &[u8], rest: Range<usize>, marker: Marker) -> usize {
    let close = match marker {
        Marker::Block(close) => close,
        Marker::Star => "*/",
        _ => return rest.end,
    };
    memmem::find(&text[rest.clone()], close.as_bytes()).map_or(rest.end, |at| rest.start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(text: &[u8]) -> bool {
        text.trim_ascii_start().starts_with(b"allow")
    }

    /// Text after the key and the target line of every comment.
    fn all<'t>(path: &str, text: &'t str) -> Vec<(&'t str, Option<&'t str>)> {
        comments(path, text.as_bytes(), ours)
            .into_iter()
            .map(|c| {
                (
                    text[c.text].trim(),
                    c.target.map(|range| text[range].trim()),
                )
            })
            .collect()
    }

    fn one(text: &str) -> (&str, Option<&str>) {
        let found = all("a.tf", text);
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        found[0]
    }

    #[test]
    fn every_syntax_of_comments_is_read() {
        for text in [
            "# tenure: allow x\ncode",
            "#tenure:allow x\ncode",
            "  ## tenure: allow x\n\n  # other\ncode",
            "// tenure: allow x\ncode",
            "//! tenure: allow x\n/// more\ncode",
            "-- tenure: allow x\n-- more\ncode",
            "; tenure: allow x\n;more\ncode",
            "% tenure: allow x\n% more\ncode",
            "rem tenure: allow x\nREM more\ncode",
            "@echo off\r\nREM tenure: allow x\r\ncode",
            "<!-- tenure: allow x -->\ncode",
            "/* tenure: allow x */\ncode",
            "/* tenure: allow x\n   more words\n */\ncode",
            "/**\n * tenure: allow x\n * more\n */\ncode",
            "{{/* tenure: allow x */}}\ncode",
            "{{- /* tenure: allow x */ -}}\ncode",
            "{/* tenure: allow x */}\ncode",
            "{# tenure: allow x #}\ncode",
            "<%-- tenure: allow x --%>\ncode",
            "# tenure: allow x\r\n\r\n---\r\ncode\r\n",
            "# tenure: allow x\rcode\rnot",
            "# tenure: allow x\n/* a\nb */\n<!-- c -->\n{{/* d */}}\ncode",
        ] {
            assert_eq!(one(text), ("allow x", Some("code")), "{text:?}");
        }
    }

    #[test]
    fn beside_code_it_speaks_for_its_own_line() {
        for text in [
            "next\ncode # tenure: allow x\nnot",
            "next\ncode  // tenure: allow x\nnot",
            "code <!-- tenure: allow x -->\nnot",
            "/* tenure: allow x */ code\nnot",
            "{{/* tenure: allow x */}} code\nnot",
            "code -- tenure: allow x",
        ] {
            let (words, target) = one(text);
            assert_eq!(words, "allow x");
            assert!(target.unwrap().contains("code"), "{text:?}");
        }
        assert_eq!(one("- # tenure: allow x\n  code").1, Some("code"));
    }

    #[test]
    fn what_only_looks_like_a_comment_is_none() {
        for text in [
            "tenure: allow x\ncode",
            "url: http://tenure: allow x",
            "a = \"# tenure: allow x\"",
            "a#tenure: allow x",
            "a;tenure: allow x",
            "# see tenure: allow x",
            "# tenure: a word",
            "item tenure: allow x",
            "theorem tenure: allow x",
            "a * tenure: allow x",
            "100% sure;tenure: allow x",
            "//! # tenure: allow x\ncode",
            "code\n * # tenure: allow x\ncode",
            "#",
        ] {
            assert_eq!(all("a.tf", text), [], "{text:?}");
        }
    }

    #[test]
    fn in_prose_only_markup_comments_count() {
        let text = "```\n# tenure: allow x\n```\n<!-- tenure: allow y -->\ncode\n";
        assert_eq!(all("a/README.md", text), [("allow y", Some("code"))]);
    }

    #[test]
    fn without_code_after_it_there_is_no_target() {
        for text in [
            "code\n# tenure: allow x",
            "# tenure: allow x\n\n# end\n",
            "/* tenure: allow x",
        ] {
            assert_eq!(one(text), ("allow x", None), "{text:?}");
        }
    }

    #[test]
    fn code_that_begins_like_a_comment_is_code() {
        assert_eq!(
            one("// tenure: allow x\n#define KEY 1").1,
            Some("#define KEY 1")
        );
        assert_eq!(
            one("# tenure: allow x\n  --token=1 \\").1,
            Some("--token=1 \\")
        );
        assert_eq!(one("# tenure: allow x\n'k': 1").1, Some("'k': 1"));
        assert_eq!(
            one("// tenure: allow x\n/* a */ code").1,
            Some("/* a */ code")
        );
        assert_eq!(one("# tenure: allow x\n*.pem @a").1, Some("*.pem @a"));
    }

    #[test]
    fn stacked_comments_share_their_target() {
        let text = "# tenure: allow x\n// tenure: allow y\n# tenure: allow z\ncode\n# tenure: allow w\nmore";
        let found = all("a.tf", text);
        let targets: Vec<_> = found.iter().map(|found| found.1.unwrap()).collect();
        assert_eq!(targets, ["code", "code", "code", "more"]);
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        let start = std::time::Instant::now();
        for text in [
            "# tenure: allow x\n".repeat(200_000),
            "# tenure: allow x\n// tenure: allow x\n/* tenure: allow x\n".repeat(60_000),
            "tenure: ".repeat(500_000),
            "# tenure: no ".repeat(300_000),
            format!("{}\u{fffd}", "/*".repeat(500_000)),
        ] {
            comments("a.tf", text.as_bytes(), ours);
        }
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{took:?}");
    }

    #[test]
    fn bytes_that_are_no_text_do_not_matter() {
        let found = comments("a", b"\xff\xfe # tenure: allow \xff\n\xff", ours);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].span, 5..20);
    }
}
