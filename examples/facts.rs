fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let mut files = vec![];
    for e in std::fs::read_dir(&dir).unwrap().flatten() {
        if e.path().is_file() {
            files.push((
                e.file_name().to_string_lossy().into_owned(),
                std::fs::read(e.path()).unwrap(),
            ));
        }
    }
    let o = tenure::scan::memory(
        files,
        tenure::rule::RuleSet::default(),
        &tenure::scan::Options::new(tenure::model::Date::constant(2026, 11, 22)),
    );
    use tenure::model::*;
    for noun in Noun::ALL {
        for s in o.estate.subjects(noun) {
            let (a, _, _) = o.estate.place(s);
            println!("{} {a}", noun.word());
            for (f, _, _) in noun.shape() {
                let v = o.estate.field(s, f).unwrap();
                let t = format!("{v:?}");
                if !t.contains("(Absent)") && !t.contains("items: []") {
                    println!("    {f}: {}", t.replace("Span { blob: BlobId(0), ", "@{"));
                }
            }
        }
    }
}
