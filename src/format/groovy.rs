//! Jenkinsfiles: the calls and closures of a Groovy script, as far as a reader without Groovy can tell them.
//!
//! A lexer, not a compiler. A call is an entry named after it; its value is a map with the arguments in a list under `()`
//! and, beside it, what stands in its closure. `NAME = value` is an entry. Texts that interpolate are templates; what is
//! computed otherwise is unknown.

mod parser;
mod token;

use super::draft::Draft;
use super::{Document, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind};
use parser::Parser;
use token::{Kind, tokens};

/// Jenkins pipelines.
pub(super) struct Groovy;

impl Format for Groovy {
    fn name(&self) -> &'static str {
        "groovy"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let bare = file.full();
        bare.starts_with("jenkinsfile") || bare.ends_with(".jenkinsfile")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("groovy", blob, path, text, limits);
        if draft.fits() {
            let tokens = tokens(text);
            for token in tokens.iter().filter(|token| token.kind == Kind::Broken) {
                draft.gap(GapKind::Syntax, token.at.clone(), "a text without an end");
            }
            let entries = Parser::new(&mut draft, text, &tokens, limits.depth).block();
            if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
                let span = first.key_span.to(last.value.span);
                draft.root(Node::new(span, Value::Map(entries.into())));
            }
        }
        draft.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        let document = Groovy.parse(BlobId(0), "Jenkinsfile", text, Limits::default());
        document.roots.into_iter().next().expect("a root")
    }

    #[test]
    fn calls_and_closures_are_maps() {
        let root = tree(
            "@Library('shared@main') _\npipeline {\n  agent { label 'linux' } // here\n  environment { KEY = credentials('key') }\n  \
             stages { stage('Deploy prod') { steps {\n    withCredentials([string(credentialsId: 'x', variable: 'T')]) { sh \"curl $T\" }\n  } } }\n}\n",
        );
        let library = root.get("@Library").and_then(|node| node.get("()"));
        assert_eq!(
            library.and_then(|list| list.as_list()?[0].as_str()),
            Some("shared@main")
        );
        let pipeline = root.get("pipeline").expect("a pipeline");
        let key = pipeline.at(&["environment", "KEY", "credentials", "()"]);
        assert!(key.is_some(), "{pipeline:?}");
        let stage = pipeline.at(&["stages", "stage"]).expect("a stage");
        let with = stage
            .at(&["steps", "withCredentials"])
            .expect("credentials");
        assert!(with.get("sh").is_some());
    }

    #[test]
    fn a_text_without_an_end_is_a_gap_and_no_value() {
        let text = "x = 'y'\npipeline {\n  environment { KEY = credentials('deploy) }\n}\n";
        let document = Groovy.parse(BlobId(0), "Jenkinsfile", text, Limits::default());
        let lines: Vec<_> = document.gaps.iter().map(|gap| gap.line).collect();
        assert_eq!(lines, [Some(3)]);
        let root = format!("{:?}", document.roots);
        assert!(!root.contains("deplo"), "{root}");
        assert!(root.contains("\"y\""), "{root}");
    }

    #[test]
    fn odd_texts_do_no_harm() {
        for text in [
            "'",
            "\"\"\"",
            "a(",
            "a([{",
            "/*",
            "a = ",
            "é('é",
            &"a{".repeat(2000),
            &"a([".repeat(2000),
            "a b: c, d: e\n}",
        ] {
            let document = Groovy.parse(BlobId(0), "Jenkinsfile", text, Limits::default());
            for root in document.roots {
                assert!(root.span.end as usize <= text.len());
            }
        }
    }
}
