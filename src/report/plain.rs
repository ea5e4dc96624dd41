//! A rule page's Markdown as plain text, for readers that show no Markdown.

/// Text without emphasis, link targets, heading signs and fences; paragraphs stay, their lines are joined.
pub(super) fn text(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let (mut fenced, mut open) = (false, false);
    for line in markdown.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            open = false;
            continue;
        }
        if trimmed.is_empty() {
            open = false;
            continue;
        }
        let listed = trimmed.starts_with(['-', '*', '|', '#', '>']) && !trimmed.starts_with("**");
        if !out.is_empty() {
            out.push_str(match (open, fenced || listed) {
                (false, _) => "\n\n",
                (true, true) => "\n",
                (true, false) => " ",
            });
        }
        open = true;
        if fenced {
            out.push_str(line.trim_end());
        } else {
            out.push_str(&inline(trimmed.trim_start_matches('#').trim_start()));
        }
    }
    out
}

/// One line without its inline signs. What stands between backticks stays as it is.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut code = false;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if c == '`' {
            code = !code;
        } else if !code && rest.starts_with("**") {
            rest = &rest[2..];
            continue;
        } else if let (false, Some((label, tail))) = (code || c != '[', link(after)) {
            out.push_str(&inline(label));
            rest = tail;
            continue;
        } else {
            out.push(c);
        }
        rest = after;
    }
    out
}

/// The label of a link whose `[` was read, and what follows the link.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, target) = text.split_once("](")?;
    let (_, tail) = target.split_once(')')?;
    (!label.contains(['[', ']'])).then_some((label, tail))
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn signs_go_and_words_stay() {
        let page = "# Head\n\nA **bold**\n[link](https://e.org/a) and `a[0]**`.\n\n- one\n- two\n\n```hcl\na = [1]\n  b\n```\n";
        assert_eq!(
            text(page),
            "Head\n\nA bold link and a[0]**.\n\n- one\n- two\n\na = [1]\n  b"
        );
        assert_eq!(text("a [not a link] b"), "a [not a link] b");
    }
}
