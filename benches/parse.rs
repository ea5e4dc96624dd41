//! Parses a megabyte of each syntax; divan prints the throughput.

use divan::counter::BytesCount;
use tenure::format::{Format, Limits, claim};
use tenure::source::BlobId;

fn main() {
    divan::main();
}

const SIZE: usize = 1 << 20;

const MANIFEST: &str = "---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: deployer-NNN   # a comment
  namespace: team-a
  annotations:
    example.com/role: \"arn:aws:iam::123456789012:role/deployer\"
secrets:
  - name: first
  - name: second
script: |
  set -e
  echo done
";

const CHART: &str = "---
{{- if .Values.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include \"app.name\" . }}-NNN
  labels:
    {{- include \"app.labels\" . | nindent 4 }}
  annotations:
    role: \"{{ .Values.role }}\"
automount: {{ .Values.automount | default false }}
{{- end }}
";

const PLAYBOOK: &str = "- name: set NNN
  vars:
    user: \"{{ account }}\"
    password: \"{{ vault_password }}\"
  tasks: [one, two]
";

const STATE: &str = "{\"mode\": \"managed\", \"name\": \"ci-NNN\", \"instances\": [{\"attributes\": {\"id\": 1, \"arn\": null, \"tags\": {\"a\": \"b\"}}}]},
";

const TABLE: &str = "[[package]]
name = \"crate-NNN\"
version = \"1.2.3\"
dependencies = [\"a\", \"b\"]

";

const PAIRS: &str = "KEY_NNN=some value
QUOTED_NNN=\"some value\"
";

const STAGE: &str = "FROM alpine:3.20 AS stage
ENV KEY=NNN OTHER=\"two words\"
RUN apk add curl && \\
    curl https://example.com
";

const OWNERS: &str = "/path/to/NNN/ @org/team someone@example.com
";

/// The piece over and over, each time with another number.
fn repeated(piece: &str) -> String {
    let mut text = String::with_capacity(SIZE + piece.len());
    let mut number = 0;
    while text.len() < SIZE {
        text.push_str(&piece.replace("NNN", &number.to_string()));
        number += 1;
    }
    text
}

fn parse(bencher: divan::Bencher<'_, '_>, path: &str, text: &str) {
    let format: &dyn Format = claim(path, text.as_bytes()).expect("a format claims it");
    let document = format.parse(BlobId(0), path, text, Limits::default());
    assert!(document.gaps.is_empty() && !document.roots.is_empty());
    bencher
        .counter(BytesCount::of_str(text))
        .bench_local(|| format.parse(BlobId(0), path, divan::black_box(text), Limits::default()));
}

/// Which piece makes up which file.
const FILES: &[(&str, &str)] = &[
    ("manifests.yaml", MANIFEST),
    ("chart.yaml", CHART),
    ("playbook.yml", PLAYBOOK),
    ("Cargo.toml", TABLE),
    (".env", PAIRS),
    ("app.properties", PAIRS),
    ("app.ini", PAIRS),
    ("Dockerfile", STAGE),
    ("CODEOWNERS", OWNERS),
];

#[divan::bench(args = FILES.iter().map(|(path, _)| *path))]
fn file(bencher: divan::Bencher<'_, '_>, path: &str) {
    let piece = FILES.iter().find(|(name, _)| *name == path);
    let (_, piece) = piece.expect("one of the files");
    parse(bencher, path, &repeated(piece));
}

#[divan::bench]
fn state(bencher: divan::Bencher<'_, '_>) {
    let items = repeated(STATE);
    let text = format!(
        "{{\"resources\": [{}]}}",
        items.trim_end().trim_end_matches(',')
    );
    parse(bencher, "terraform.tfstate", &text);
}
