#![allow(missing_docs, clippy::all)]
use tenure::format::*;
use tenure::source::*;
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let verbose = std::env::args().nth(2);
    let mut open = vec![std::path::PathBuf::from(&root)];
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
    files.sort();
    let mut texts = vec![];
    for p in files {
        let s = p.strip_prefix(&root).unwrap().to_str().unwrap().to_string();
        if !(s.ends_with(".tf") || s.ends_with(".tf.json") || s.ends_with(".tfvars")) {
            continue;
        }
        if let Ok(t) = std::fs::read_to_string(&p) {
            texts.push((s, t))
        }
    }
    let t0 = std::time::Instant::now();
    let mut decls = vec![];
    let mut bytes = 0;
    let mut paths = vec![];
    for (i, (s, t)) in texts.iter().enumerate() {
        bytes += t.len();
        paths.push(s.clone());
        let f = claim(s, t.as_bytes()).unwrap();
        let d = f.parse(BlobId(i as u32), s, t, Limits::default());
        for g in &d.gaps {
            println!("{} {:?} {}", g.path, g.line, g.reason)
        }
        decls.extend(tenure::extract::declare(&d));
    }
    let t1 = std::time::Instant::now();
    let n = decls.len();
    let mut gaps = vec![];
    let out = tenure::resolve::evaluate(decls, &mut gaps);
    let t2 = std::time::Instant::now();
    println!(
        "{} files {bytes} bytes; parse {:?}; {n} -> {} declarations; evaluate {:?}; {} gaps",
        texts.len(),
        t1 - t0,
        out.len(),
        t2 - t1,
        gaps.len()
    );
    let mut why = std::collections::BTreeMap::<String, usize>::new();
    let mut nodes = 0;
    let mut calls = std::collections::BTreeMap::<String, usize>::new();
    fn walk(
        n: &Node,
        why: &mut std::collections::BTreeMap<String, usize>,
        calls: &mut std::collections::BTreeMap<String, usize>,
        nodes: &mut usize,
    ) {
        *nodes += 1;
        match &n.value {
            Value::List(i) => {
                for x in i {
                    walk(x, why, calls, nodes)
                }
            }
            Value::Map(_) | Value::Block(_) => {
                for e in n.entries() {
                    walk(&e.value, why, calls, nodes)
                }
            }
            Value::Expr(e) => match &**e {
                Expr::Unknown(r) => *why.entry(r.to_string()).or_default() += 1,
                Expr::Template(p) | Expr::Candidates(p) => {
                    for x in p {
                        walk(x, why, calls, nodes)
                    }
                }
                Expr::Call { name, args } => {
                    *calls.entry(name.to_string()).or_default() += 1;
                    for x in args {
                        walk(x, why, calls, nodes)
                    }
                }
                Expr::Symbol { .. } => *calls.entry("symbol".into()).or_default() += 1,
                other => *calls.entry(format!("LEFT {other:?}")).or_default() += 1,
            },
            _ => {}
        }
    }
    for d in &out {
        walk(&d.body, &mut why, &mut calls, &mut nodes);
    }
    println!("{nodes} nodes");
    let mut w: Vec<_> = why.into_iter().collect();
    w.sort_by_key(|x| std::cmp::Reverse(x.1));
    for (k, v) in w.iter().take(40) {
        println!("{v:6} {k}")
    }
    println!("{calls:?}");
    for g in gaps.iter().take(if verbose.is_some() { 1000 } else { 30 }) {
        println!("{:?} {} {}", g.kind, g.path, g.reason);
    }
    if let Some(v) = verbose {
        for d in &out {
            if d.address.contains(&v) {
                println!("{} {:#?}", d.address, d.body);
            }
        }
    }
}
