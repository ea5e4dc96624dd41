//! What has to hold for a stretch of a template to be written at all.

use super::Kind;
use super::action::scan;

/// The conditions of the `if`s around a place of a Go template, outermost first, as they are written. What lies behind an
/// `else` has none of its control's.
#[must_use]
pub fn guards(text: &str, at: usize) -> Vec<&str> {
    let mut open: Vec<Option<&str>> = Vec::new();
    for action in scan(text) {
        if action.range.start >= at {
            break;
        }
        match action.kind {
            Kind::Control => open.push(condition(&text[action.range])),
            Kind::Else => {
                if let Some(branch) = open.last_mut() {
                    *branch = None;
                }
            }
            Kind::End => {
                open.pop();
            }
            Kind::Output | Kind::Note => {}
        }
    }
    open.into_iter().flatten().collect()
}

/// What stands between `{{- if` and `-}}`.
fn condition(action: &str) -> Option<&str> {
    let inner = action.strip_prefix("{{")?.strip_suffix("}}")?;
    let inner = inner.trim_start_matches('-').trim_end_matches('-').trim();
    let rest = inner.strip_prefix("if")?;
    rest.starts_with([' ', '(', '\t']).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_around_a_place() {
        let text = "{{- if .Values.a }}\n{{ if and .Values.b .Values.c -}}\nx\n{{ else }}\ny\n{{ end }}\n{{ range .l }}z{{ end }}{{ end }}w";
        let at = |mark: &str| text.find(mark).expect("a mark");
        assert_eq!(
            guards(text, at("x\n")),
            [".Values.a", "and .Values.b .Values.c"]
        );
        assert_eq!(guards(text, at("y\n")), [".Values.a"]);
        assert_eq!(guards(text, at("z{{")), [".Values.a"]);
        assert!(guards(text, text.len()).is_empty());
    }
}
