use tenure::format::*;
use tenure::source::*;
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let mut open = vec![std::path::PathBuf::from(root)];
    let mut n = 0;
    let mut bytes = 0;
    let mut g = 0;
    let mut files = vec![];
    while let Some(d) = open.pop() {
        for e in std::fs::read_dir(d).unwrap().flatten() {
            let p = e.path();
            if p.is_dir() {
                open.push(p)
            } else {
                files.push(p)
            }
        }
    }
    let mut texts = vec![];
    for p in files {
        let s = p.to_str().unwrap().to_string();
        if !(s.ends_with(".tf") || s.ends_with(".hcl") || s.ends_with(".tfvars")) {
            continue;
        }
        if let Ok(t) = std::fs::read_to_string(&p) {
            texts.push((s, t))
        }
    }
    let t0 = std::time::Instant::now();
    for (s, t) in &texts {
        n += 1;
        bytes += t.len();
        let f = claim(s, t.as_bytes()).unwrap();
        let d = f.parse(BlobId(0), s, t, Limits::default());
        for gap in &d.gaps {
            g += 1;
            println!("{s}:{:?} {:?} {}", gap.line, gap.kind, gap.reason);
        }
    }
    println!("{n} files {bytes} bytes {g} gaps {:?}", t0.elapsed());
}
