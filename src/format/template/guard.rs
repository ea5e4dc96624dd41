//! What has to hold for a stretch of a template to be written at all.

use super::Kind;
use super::action::scan;

/// From which places on which condition holds back what a Go template writes, in their order: the outermost of the `if`s around
/// it that `counts`. What lies behind an `else` has none of its control's.
#[must_use]
pub fn guards(text: &str, counts: impl Fn(&str) -> bool) -> Vec<(usize, Option<&str>)> {
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut places = Vec::new();
    for action in scan(text) {
        let start = action.range.start;
        match action.kind {
            Kind::Control => {
                let around = open.last().copied().flatten();
                let own = || condition(&text[action.range]).filter(|own| counts(own));
                open.push(around.or_else(own));
            }
            Kind::Else => {
                let around = open.len().checked_sub(2).and_then(|outer| open[outer]);
                if let Some(branch) = open.last_mut() {
                    *branch = around;
                }
            }
            Kind::End => {
                open.pop();
            }
            Kind::Output | Kind::Note => continue,
        }
        places.push((start, open.last().copied().flatten()));
    }
    places
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
        let guarded = |mark: &str, counts: &[&str]| {
            let at = text.find(mark).expect("a mark");
            let places = guards(text, |condition| counts.contains(&condition));
            let before = places.iter().rfind(|place| place.0 < at);
            before.and_then(|place| place.1).map(str::to_owned)
        };
        let (a, both) = (".Values.a", "and .Values.b .Values.c");
        assert_eq!(guarded("x\n", &[a, both]).as_deref(), Some(a));
        assert_eq!(guarded("x\n", &[both]).as_deref(), Some(both));
        assert_eq!(guarded("y\n", &[a, both]).as_deref(), Some(a));
        assert_eq!(guarded("y\n", &[both]), None);
        assert_eq!(guarded("z{{", &[a]).as_deref(), Some(a));
        assert_eq!(guarded("w", &[a, both]), None);
    }
}
