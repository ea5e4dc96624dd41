//! How fast secret rules look at bytes: text without candidates, text full of key words, one long line.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use tenure::engine::{Scanner, Scratch};
use tenure::rule::builtin;
use tenure::source::BlobId;

fn main() {
    divan::main();
}

/// About a megabyte of a text repeated.
fn text(part: &str) -> Vec<u8> {
    part.repeat((1 << 20) / part.len() + 1).into_bytes()
}

fn run(bencher: Bencher<'_, '_>, path: &str, bytes: &[u8]) {
    let scanner = Scanner::new(&builtin());
    let mut scratch = Scratch::default();
    bencher
        .counter(BytesCount::of_slice(bytes))
        .bench_local(|| scanner.bytes(&mut scratch, BlobId(0), path, black_box(bytes)));
}

/// Source code in which nothing looks like a secret.
#[divan::bench]
fn plain_code(bencher: Bencher<'_, '_>) {
    let bytes = text(
        "fn walk(root: &Path, out: &mut Vec<Entry>) -> io::Result<()> {\n    out.push(Entry::new(root)?);\n    Ok(())\n}\n\n",
    );
    run(bencher, "src/walk.rs", &bytes);
}

/// Settings in which every line has a key word and a reference.
#[divan::bench]
fn key_words(bencher: Bencher<'_, '_>) {
    let bytes = text(
        "password: ${DB_PASSWORD}\ntoken: {{ .Values.token }}\napi_key: vault:kv/app#key\nurl: https://host/path\n",
    );
    run(bencher, "deploy/values.txt", &bytes);
}

/// One line of many short key words, as minified data has them.
#[divan::bench]
fn one_line(bencher: Bencher<'_, '_>) {
    let bytes = text("{\"id\":1,\"token\":null,\"password\":false,\"secret\":0,\"name\":\"n\"},");
    run(bencher, "dump.txt", &bytes);
}

/// Nothing but key words.
#[divan::bench]
fn only_key_words(bencher: Bencher<'_, '_>) {
    run(bencher, "notes.txt", &text("token secret key password "));
}

/// Key blocks that never end.
#[divan::bench]
fn blocks_without_an_end(bencher: Bencher<'_, '_>) {
    let block = format!("-----BEGIN {}-----\nMIIabc", "PRIVATE KEY");
    run(bencher, "keys.txt", &text(&block));
}

/// The starts of tokens, one after the other.
#[divan::bench]
fn starts_of_tokens(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        "tokens.txt",
        &text("eyJhbGciOiJIUzI1NiJ9.AKIA.ghp_"),
    );
}

/// Addresses that might hold a login.
#[divan::bench]
fn addresses(bencher: Bencher<'_, '_>) {
    run(bencher, "urls.txt", &text("https://a:"));
}

/// What a run pays before it has read a byte.
#[divan::bench]
fn start(bencher: Bencher<'_, '_>) {
    let rules = builtin();
    bencher.bench_local(|| Scanner::new(black_box(&rules)));
}
