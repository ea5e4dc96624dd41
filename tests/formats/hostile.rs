//! Input made to break parsers: no panic, every span in the text, and an answer soon.

use super::tree;
use std::time::{Duration, Instant};
use tenure::format::{Document, FORMATS, Format, Limits, Value};
use tenure::source::{BlobId, GapKind};

/// Far above what any of these takes, far below what one pass too many would.
const SOON: Duration = Duration::from_secs(20);

fn format(name: &str) -> &'static dyn Format {
    *FORMATS
        .iter()
        .find(|format| format.name() == name)
        .expect("a known format")
}

/// Parses on a thread with the small stack that workers have, and checks what must hold.
fn parse(name: &'static str, text: &str, limits: Limits) -> Document {
    let text = text.to_owned();
    let path = format!("hostile.{name}");
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    let run = move || {
        let began = Instant::now();
        let document = format(name).parse(BlobId(3), &path, &text, limits);
        let took = began.elapsed();
        let start: String = text.chars().take(60).collect();
        assert!(took < SOON, "{name} takes {took:?} for {start:?}");
        tree::check(&document, &text);
        document
    };
    worker
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no panic")
}

fn has_gap(document: &Document, kind: GapKind) -> bool {
    document.gaps.iter().any(|gap| gap.kind == kind)
}

/// How deep the trees of a document are.
fn height(document: &Document) -> usize {
    let mut open: Vec<(usize, &tenure::format::Node)> =
        document.roots.iter().map(|root| (1, root)).collect();
    let mut most = 0;
    while let Some((depth, node)) = open.pop() {
        most = most.max(depth);
        open.extend(node.entries().iter().map(|entry| (depth + 1, &entry.value)));
        open.extend(
            node.as_list()
                .unwrap_or_default()
                .iter()
                .map(|item| (depth + 1, item)),
        );
    }
    most
}

#[test]
fn nesting_without_end_is_a_gap() {
    let many = 100_000;
    let bombs: &[(&str, String)] = &[
        ("json", "[".repeat(many)),
        ("json", "{\"a\":".repeat(many)),
        ("json", format!("{}{}", "[".repeat(many), "]".repeat(many))),
        ("yaml", "[".repeat(many)),
        ("yaml", "{".repeat(many)),
        ("yaml", "{a: ".repeat(many)),
        ("yaml", "- ".repeat(many)),
        ("yaml", "? ".repeat(many)),
        (
            "yaml",
            (0..2_000)
                .map(|depth| format!("{}a:\n", " ".repeat(depth)))
                .collect(),
        ),
        ("toml", format!("a = {}", "[".repeat(many))),
        ("toml", format!("a = {}", "{a = ".repeat(many))),
        ("toml", format!("{}a = 1", "a.".repeat(many))),
        ("toml", format!("[{}a]", "a.".repeat(many))),
    ];
    for (name, text) in bombs {
        let document = parse(name, text, Limits::default());
        let start = &text[..text.len().min(12)];
        assert!(!document.gaps.is_empty(), "{name} {start}");
        assert!(
            height(&document) <= Limits::default().depth + 2,
            "{name} {start}"
        );
    }
}

#[test]
fn a_tree_as_deep_as_the_limit_is_read() {
    let limits = Limits {
        depth: 20,
        ..Limits::default()
    };
    let nest =
        |open: &str, close: &str, count| format!("{}1{}", open.repeat(count), close.repeat(count));
    for (name, prefix) in [("json", ""), ("yaml", ""), ("toml", "a = ")] {
        let text = prefix.to_owned() + &nest("[", "]", 18);
        let document = parse(name, &text, limits);
        assert_eq!(document.gaps, [], "{name}");
        let text = prefix.to_owned() + &nest("[", "]", 40);
        assert!(
            has_gap(&parse(name, &text, limits), GapKind::Limit),
            "{name}"
        );
    }
}

#[test]
fn aliases_cannot_multiply_without_bound() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{inner}]\n");
    }
    let document = parse(
        "yaml",
        &text,
        Limits {
            nodes: 50_000,
            ..Limits::default()
        },
    );
    assert!(has_gap(&document, GapKind::Limit));
    assert!(document.roots.is_empty() || document.roots[0].entries().len() <= 30);

    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..5_000 {
        text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    let document = parse("yaml", &text, Limits::default());
    assert!(has_gap(&document, GapKind::Limit));
    assert!(height(&document) <= Limits::default().depth + 2);

    let document = parse(
        "yaml",
        "a: &a [1, *a]\nb: &b {c: *b, <<: *b}\n",
        Limits::default(),
    );
    assert!(has_gap(&document, GapKind::Limit));
    assert_eq!(
        document.roots.len(),
        1,
        "an alias to what holds it is unknown, the rest stays"
    );
}

#[test]
fn the_budget_of_nodes_holds_everywhere() {
    let limits = Limits {
        nodes: 100,
        ..Limits::default()
    };
    let many = |line: &str| line.repeat(1_000);
    for (name, text) in [
        ("json", format!("[{}1]", many("1,"))),
        ("json", format!("{{{}\"z\": 1}}", many("\"a\": 1,"))),
        ("yaml", many("- 1\n")),
        ("yaml", format!("[{}]", many("1, "))),
        ("toml", format!("a = [{}]", many("1, "))),
        ("toml", many("[[a]]\n")),
        ("dockerfile", many("RUN x\n")),
        ("dockerfile", format!("COPY {}", many("x "))),
        ("codeowners", many("* @a\n")),
        ("codeowners", format!("* {}", many("@a "))),
        ("properties", many("a=1\n")),
        ("dotenv", many("A=1\n")),
        ("ini", many("a=1\n")),
        ("ini", format!("host {}", many("a=1 "))),
        ("netrc", many("machine x\n")),
        ("pgpass", many("a:b:c:d:e\n")),
    ] {
        let document = parse(name, &text, limits);
        assert!(has_gap(&document, GapKind::Limit), "{name}");
    }
}

#[test]
fn a_text_past_the_limit_is_not_parsed() {
    let limits = Limits {
        bytes: 10,
        ..Limits::default()
    };
    for format in FORMATS {
        if format.name() == "hcl" {
            continue;
        }
        let document = format.parse(BlobId(0), "x", "a = 1 # more than ten bytes", limits);
        assert!(has_gap(&document, GapKind::TooLarge), "{}", format.name());
        assert!(document.roots.is_empty());
    }
}

#[test]
fn long_texts_take_time_in_proportion() {
    let count = 40_000;
    let pieces = [
        "{{",
        "{{ x }}",
        "{{ x }}\n",
        "a: {{ x }}\n",
        "{{'",
        "- a\n",
        "a: b\n",
        "---\n",
        "---\n*a {{\n",
        "'",
        "\"",
        "\\",
        "a: 'x\n",
        "A='\n",
        "A=\"\\\n",
        "A=`\n",
        " ",
        "\n",
        "\t",
        "\r",
        "é",
        "\u{feff}",
        "#",
        "# c\n",
        "<<EOF ",
        "RUN <<A\n",
        "RUN a \\\n",
        "[a]\n",
        "[",
        "]",
        "@a ",
        "a ",
        "a=b ",
        "a\\",
        ":",
        "=",
        "|\n",
        "&a ",
        "*a ",
        "!a ",
        "? ",
        "%a\n",
        "{% raw %}",
        "{{/*",
        "<%",
        "a: |\n  {{ x }}\n",
        "ENV a=\"",
        "machine ",
        "macdef x\n",
        "/*",
        "//",
        "<<: *a\n",
        "  - {{ x }}: y\n",
        "{{ x }}{{ if y }}",
        "a: &a\n",
        "k: {a: [\n",
    ];
    for format in FORMATS.iter().filter(|format| format.name() != "hcl") {
        for piece in pieces {
            parse(
                format.name(),
                &piece.repeat(count.min(200_000 / piece.len())),
                Limits::default(),
            );
        }
    }
}

/// A small generator, so that the same texts come on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }
}

#[test]
fn texts_thrown_together_neither_panic_nor_place_a_span_outside() {
    let words = [
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        "---\n",
        "...\n",
        "{{ x }}",
        "{{- if y }}",
        "{{- end }}",
        "{% raw %}",
        "{% endraw %}",
        "${{ z }}",
        "{{ toYaml . | nindent 4 }}",
        "'",
        "\"",
        "\\",
        "|",
        ">-\n",
        "&a ",
        "*a",
        "<<: ",
        "!t ",
        "!!str ",
        "é",
        "𝄞",
        "\u{feff}",
        "\t",
        "#",
        " # c",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "=",
        "@x ",
        "FROM ",
        "RUN ",
        "ENV ",
        "COPY ",
        "<<EOF",
        "EOF\n",
        "[s]\n",
        "export ",
        "machine ",
        "password ",
        "1",
        "1.5",
        "true",
        "\u{e000}",
        "\u{7fe}",
        "\u{2028}",
        "\u{85}",
        "\0",
        "`",
        "%{ if ",
        "<%= x %>",
        "/* ",
        "// ",
        "\"\"\"",
        "[[t]]\n",
        "a.b = ",
        "\\u00e9",
        "^[S][2] ",
        "ONBUILD ",
        "ARG ",
        "? ",
        "@default",
    ];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4_000 {
        let length = 1 + dice.below(40);
        let text: String = (0..length)
            .map(|_| words[dice.below(words.len())])
            .collect();
        for format in FORMATS.iter().filter(|format| format.name() != "hcl") {
            let document = format.parse(BlobId(1), "x", &text, Limits::default());
            tree::check(&document, &text);
        }
    }
}

#[test]
fn damaged_cases_neither_panic_nor_place_a_span_outside() {
    let mut dice = Dice(7);
    for format in FORMATS.iter().filter(|format| format.name() != "hcl") {
        let folder = super::root().join(format.name());
        for case in super::files(&folder).filter(|path| !super::is_tree(path)) {
            let whole = std::fs::read_to_string(&case).expect("a case is UTF-8");
            for _ in 0..60 {
                let mut letters: Vec<char> = whole.chars().collect();
                for _ in 0..1 + dice.below(4) {
                    let at = dice.below(letters.len() + 1);
                    match dice.below(3) {
                        0 => letters.truncate(at),
                        1 if at < letters.len() => drop(letters.remove(at)),
                        _ => letters.insert(
                            at,
                            ['{', '"', '\n', ' ', ':', 'é', '\\', '}'][dice.below(8)],
                        ),
                    }
                }
                let text: String = letters.into_iter().collect();
                let document = format.parse(BlobId(1), "x", &text, Limits::default());
                tree::check(&document, &text);
            }
        }
    }
}

#[test]
fn nothing_is_made_of_nothing() {
    for format in FORMATS {
        for text in ["", "\u{feff}", "\n", " \r\n"] {
            let document = format.parse(BlobId(0), "x", text, Limits::default());
            tree::check(&document, text);
            let bare = document.roots.iter().all(|root| match &root.value {
                Value::Map(entries) => entries.is_empty(),
                value => *value == Value::Null,
            });
            assert!(
                bare && document.gaps.is_empty(),
                "{} {text:?}",
                format.name()
            );
        }
    }
}
