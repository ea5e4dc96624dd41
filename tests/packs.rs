//! History of repositories whose packs are unusual, damaged or hostile.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;
#[path = "git/hostile.rs"]
mod hostile;
#[path = "git/packs.rs"]
mod packs;

use ground::{Ground, found, tenure, token};
use packs::{Entry, appended, blob, change, deflated, write, write_list};

fn slack(seed: u64) -> String {
    format!("token: {}\n", token(seed))
}

/// Takes an object out of the loose ones.
fn forget(ground: &Ground, id: git2::Oid) {
    let id = id.to_string();
    let objects = ground.root.join(".git/objects");
    std::fs::remove_file(objects.join(&id[..2]).join(&id[2..])).unwrap();
}

/// A repository whose files are in a pack written by hand; the commits and folders stay loose.
fn packed(texts: &[Vec<u8>], entries: &[Entry]) -> Ground {
    let ground = Ground::new();
    for text in texts {
        ground.write("a.txt", &String::from_utf8_lossy(text)).add();
        ground.commit();
    }
    for text in texts {
        forget(
            &ground,
            git2::Oid::hash_object(git2::ObjectType::Blob, text).unwrap(),
        );
    }
    write(&ground.root.join(".git/objects"), "a", entries);
    ground
}

const FOUND: &str = "secret/slack/bot-token";

#[test]
fn a_chain_of_thousands_of_changes_is_walked_to_its_end() {
    let mut text = b"first line\n".to_vec();
    let mut entries = vec![blob(&text)];
    let mut kept = vec![text.clone()];
    for step in 1..6000u64 {
        let added = match step {
            3000 => slack(3000),
            5999 => slack(5999),
            _ => format!("line {step}\n"),
        };
        let delta = appended(text.len(), added.as_bytes());
        text.extend(added.as_bytes());
        let id = git2::Oid::hash_object(git2::ObjectType::Blob, &text).unwrap();
        entries.push(change(id, 1, &delta));
        if matches!(step, 2000 | 4000 | 5999) {
            kept.push(text.clone());
        }
    }
    let ground = packed(&kept, &entries);
    let out = ground.tenure(&["scan", "--history"]);
    assert_eq!(
        found(&out),
        [format!("{FOUND} a.txt:3001"), format!("{FOUND} a.txt:6000")]
    );
}

#[test]
fn bombs_and_lies_are_passed_over_and_said() {
    let good = slack(1).into_bytes();
    let huge = 1usize << 31;
    let bases: Vec<Vec<u8>> = (0..6u8)
        .map(|n| format!("file {n}\n").into_bytes())
        .collect();
    let lie = |base: &[u8], size: usize, stored: Vec<u8>| Entry {
        size,
        stored,
        ..blob(base)
    };
    // More than it says; less than it says; what no memory holds; a change that makes two gigabytes; a change of itself.
    let wide = [
        &[u8::try_from(good.len()).unwrap()][..],
        &[0x80, 0x80, 0x80, 0x80, 8],
        &[0x90, 8].repeat(40),
    ]
    .concat();
    let entries = [
        blob(&good),
        lie(&bases[0], 9, deflated(&vec![b'x'; 50 << 20])),
        lie(&bases[1], 900, deflated(b"short")),
        lie(&bases[2], huge, deflated(&[b'y'; 90])),
        change(
            git2::Oid::hash_object(git2::ObjectType::Blob, &bases[3]).unwrap(),
            4,
            &wide,
        ),
        change(
            git2::Oid::hash_object(git2::ObjectType::Blob, &bases[4]).unwrap(),
            0,
            &appended(3, b"x"),
        ),
        lie(&bases[5], 7, vec![0xff; 30]),
    ];
    let texts: Vec<Vec<u8>> = std::iter::once(good).chain(bases.clone()).collect();
    let ground = packed(&texts, &entries);
    let out = ground.tenure(&["scan", "--history"]);
    assert_eq!(found(&out), [format!("{FOUND} a.txt:1")]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let gaps = report["coverage"]["gaps"].to_string();
    assert!(
        gaps.contains("versions of files are damaged or too large"),
        "{gaps}"
    );
    assert!(gaps.contains("of its objects are damaged"), "{gaps}");
}

#[test]
fn objects_of_an_alternate_are_read() {
    let lender = Ground::new();
    lender.write("a.txt", &slack(1)).add();
    let tip = lender.commit();
    let ground = Ground::new();
    let objects = ground.root.join(".git/objects");
    std::fs::create_dir_all(objects.join("info")).unwrap();
    let other = lender.root.join(".git/objects");
    std::fs::write(
        objects.join("info/alternates"),
        format!("{}\n", other.display()),
    )
    .unwrap();
    std::fs::write(ground.root.join(".git/refs/heads/main"), format!("{tip}\n")).unwrap();
    assert_eq!(
        ground.found(&["scan", "--history"]),
        [format!("{FOUND} a.txt:1")]
    );
}

#[test]
fn several_packs_with_one_list_of_them_are_read() {
    let ground = Ground::new();
    let objects = ground.root.join(".git/objects");
    let mut texts = Vec::new();
    for seed in 1..4 {
        let text = format!("{}{}", "word\n".repeat(50), slack(seed));
        ground.write("a.txt", &text).add().commit();
        texts.push(text.into_bytes());
    }
    let entries = |part: &[Vec<u8>]| -> Vec<Entry> { part.iter().map(|text| blob(text)).collect() };
    let parts = [("a", entries(&texts[..2])), ("b", entries(&texts[1..]))];
    for (name, entries) in &parts {
        write(&objects, name, entries);
    }
    for text in &texts {
        forget(
            &ground,
            git2::Oid::hash_object(git2::ObjectType::Blob, text).unwrap(),
        );
    }
    let want = ground.found(&["scan", "--history"]);
    assert_eq!(want.len(), 3, "{want:?}");
    let listed: Vec<(&str, &[Entry])> = parts
        .iter()
        .map(|(name, part)| (*name, &part[..]))
        .collect();
    write_list(&objects, &listed);
    assert_eq!(ground.found(&["scan", "--history"]), want);
    for name in ["a", "b"] {
        std::fs::remove_file(objects.join(format!("pack/pack-{name}.idx"))).unwrap();
    }
    let out = ground.tenure(&["scan", "--history"]);
    assert!(
        found(&out) == want || out.status.code() == Some(3),
        "what only the list knows is read or said"
    );
}

#[test]
fn a_format_that_is_not_read_is_named() {
    let ground = Ground::new();
    ground.write("a.txt", &slack(1)).add().commit();
    std::fs::create_dir(ground.root.join(".git/reftable")).unwrap();
    let said = |arguments: &[&str]| {
        let out = tenure(&ground.root, arguments);
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(3), "{text}");
        text
    };
    assert!(said(&["scan", "--history"]).contains("reftable"));
    assert!(said(&["scan", "--staged"]).contains("reftable"));
    std::fs::remove_dir(ground.root.join(".git/reftable")).unwrap();
    let config = "[extensions]\n\tobjectFormat = sha256\n";
    std::fs::write(ground.root.join(".git/config"), config).unwrap();
    assert!(said(&["scan", "--history"]).contains("sha-256"));
    assert_eq!(
        ground.found(&["scan"]),
        [format!("{FOUND} a.txt:1")],
        "the work tree is"
    );
}

#[test]
fn no_pack_makes_the_reader_panic() {
    let mut state = 88_172_645_463_325_252u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    let mut seen = 0;
    for round in 0..300 {
        let mut data = Vec::new();
        for number in 0..next() % 12 {
            // Deltas that copy and add, and some that say nothing sound.
            let bytes = match next() % 3 {
                0 => appended(usize::from(next() % 30), b"added"),
                1 => vec![b'x'; usize::from(next() % 30)],
                _ => (0..next() % 20).map(|_| next()).collect(),
            };
            let kind = [1, 2, 3, 4, 6, 6, 6, 7][usize::from(next() % 8)];
            let claim = if next() % 8 == 0 { next() } else { 0 };
            let raw = if next() % 16 == 0 { 64 } else { 0 };
            let length = u8::try_from(bytes.len()).unwrap();
            data.extend([kind | raw, next() % (number + 1), claim, length]);
            data.extend(bytes);
        }
        if round % 3 == 0 {
            data.extend([0, 0, 0, 255, next(), next(), next()]);
        }
        seen += hostile::read(&data);
    }
    assert!(seen > 300, "some of it could be read: {seen}");
}
