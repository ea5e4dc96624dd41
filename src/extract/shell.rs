//! The commands of a shell script, as words: enough to see which programs a step calls with which arguments.
//!
//! No shell is run and nothing is expanded. Quoted words keep their quotes, so that a text that quotes a command is none;
//! here-documents and comments are left out; what a substitution runs is a command too.

/// Substitutions in substitutions end here.
const DEPTH: usize = 8;

/// Words that stand before a command and are none.
const BEFORE: &[&str] = &[
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "time", "sudo", "exec",
    "env", "command", "&",
];

/// Programs that run the script they are given.
const SHELLS: &[&str] = &["bash", "sh", "zsh"];

/// The commands in the order of the script, those handed to another shell behind them, without assignments and key words before them.
pub(in crate::extract) fn commands(script: &str) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    read(script, DEPTH, &mut found);
    let handed: Vec<&str> = found.iter().filter_map(|words| handed_on(words)).collect();
    for inner in handed {
        read(inner, DEPTH, &mut found);
    }
    for words in &mut found {
        let skipped = words.iter().take_while(|word| is_before(word)).count();
        words.drain(..skipped);
    }
    found.retain(|words| !words.is_empty());
    found
}

/// The script that a command hands to another shell: `bash -c '...'`.
fn handed_on<'s>(words: &[&'s str]) -> Option<&'s str> {
    let at = words
        .iter()
        .position(|word| SHELLS.contains(&word.rsplit('/').next().unwrap_or(word)))?;
    let mut rest = words.iter().skip(at + 1);
    let option = |word: &&&str| word.starts_with('-') || **word == "pipefail";
    let last = rest
        .by_ref()
        .take_while(option)
        .find(|word| is_command_flag(word))?;
    let script = words.iter().skip_while(|word| *word != last).nth(1)?;
    let quoted = |mark: char| script.strip_prefix(mark)?.strip_suffix(mark);
    quoted('\'').or_else(|| quoted('"'))
}

/// `-c`, `-ec`, `-euxc`
fn is_command_flag(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
}

fn is_before(word: &str) -> bool {
    let assigned = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    assigned || BEFORE.contains(&word)
}

fn read<'s>(script: &'s str, depth: usize, found: &mut Vec<Vec<&'s str>>) {
    let bytes = script.as_bytes();
    let mut words: Vec<&str> = Vec::new();
    let mut delimiters: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' => at += 1,
            b'\\' | b'`' if continues(&bytes[at + 1..]) => at = line_end(bytes, at) + 1,
            b'\n' => {
                found.push(std::mem::take(&mut words));
                at += 1;
                for delimiter in delimiters.drain(..) {
                    at = after_document(script, at, delimiter);
                }
            }
            b';' | b'|' | b'(' | b')' => {
                found.push(std::mem::take(&mut words));
                at += 1;
            }
            b'&' => {
                found.push(std::mem::take(&mut words));
                at += 1;
            }
            b'#' => at = line_end(bytes, at),
            b'<' if script[at..].starts_with("<<") && !script[at..].starts_with("<<<") => {
                let start = at + 2 + usize::from(bytes.get(at + 2) == Some(&b'-'));
                let start = start + spaces(&bytes[start.min(bytes.len())..]);
                let end = word_end(bytes, start);
                delimiters.push(script[start..end].trim_matches(['\'', '"', '\\']));
                at = end;
            }
            b'<' | b'>' => at += 1,
            _ => {
                let end = word_end(bytes, at);
                let word = &script[at..end];
                if depth > 0 {
                    substitutions(word, depth - 1, found);
                }
                words.push(word);
                at = end;
            }
        }
    }
    found.push(words);
}

/// Whether nothing but spaces follows on the line.
fn continues(rest: &[u8]) -> bool {
    let rest = &rest[spaces(rest)..];
    matches!(rest.first(), None | Some(b'\n'))
}

fn spaces(bytes: &[u8]) -> usize {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
    bytes.iter().take_while(blank).count()
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |length| from + length)
}

/// The offset after the line that ends a here-document; the end of the script when none does.
fn after_document(script: &str, from: usize, delimiter: &str) -> usize {
    let bytes = script.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let line = script[at..end].trim();
        at = (end + 1).min(bytes.len());
        if line == delimiter {
            break;
        }
    }
    at
}

/// The end of a word: at a blank or an operator that no quote, brace or substitution holds. Always past `from` where a word
/// begins there, and on a boundary of characters, since all that ends a word is ASCII.
fn word_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut open) = (from, Vec::new());
    while at < bytes.len() {
        let byte = bytes[at];
        match (byte, open.last()) {
            (b'\'', Some(b'\'')) | (b'"', Some(b'"')) | (b'}', Some(b'}')) | (b')', Some(b')')) => {
                open.pop();
            }
            (_, Some(b'\'')) => {}
            (b'\\', _) => at += 1,
            (b'\'', None | Some(b')' | b'}')) => open.push(b'\''),
            (b'"', None | Some(b')' | b'}')) => open.push(b'"'),
            (b'$', _) if bytes.get(at + 1) == Some(&b'(') => {
                open.push(b')');
                at += 1;
            }
            (b'$', _) if bytes.get(at + 1) == Some(&b'{') => {
                open.push(b'}');
                at += 1;
            }
            (b'{', Some(b'}')) => open.push(b'}'),
            (
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>',
                None,
            ) => break,
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

/// Commands in the `$( )` of a word.
fn substitutions<'s>(word: &'s str, depth: usize, found: &mut Vec<Vec<&'s str>>) {
    let mut rest = word;
    while let Some(start) = rest.find("$(") {
        let inner = &rest[start + 2..];
        let length = closing(inner.as_bytes());
        read(&inner[..length], depth, found);
        rest = &inner[length..];
    }
}

/// Length of what stands before the parenthesis that closes.
fn closing(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return at,
            b')' => depth -= 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(script: &str) -> Vec<String> {
        let found = commands(script);
        found.iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn commands_come_apart_at_operators_and_lines() {
        assert_eq!(
            plain("A=1 b --c 'd e' && f \\\n  g | h; # i\nj > k\n"),
            ["b --c 'd e'", "f g", "h", "j k"]
        );
        assert_eq!(plain("if ! a; then b; fi"), ["a", "b", "fi"]);
        assert_eq!(plain("x=$(a b) y ${{ c.d }}"), ["a b", "y ${{ c.d }}"]);
        assert_eq!(plain("cat <<'E' > f\nnpm publish\nE\nz"), ["cat f", "z"]);
        assert_eq!(plain("sudo bash -ec 'a && b'")[1..], ["a", "b"]);
        assert_eq!(plain("sh -c x; bash x.sh -c 'y'").len(), 2);
    }

    #[test]
    fn odd_scripts_do_no_harm() {
        for script in [
            "'",
            "$(",
            "${",
            "<<",
            "\\",
            "é'é",
            "a\\",
            &"$(".repeat(500),
            &"(".repeat(500),
        ] {
            let _ = commands(script);
        }
        assert!(plain("\"$(\"").len() <= 2);
    }
}
