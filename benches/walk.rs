//! Lists a tree of 11,000 files with a git index: budget 40 ms of processor time.

use std::path::{Path, PathBuf};
use tenure::walk;

fn main() {
    divan::main();
}

fn plant(root: &Path) {
    let repository = git2::Repository::init(root).expect("a new repository");
    let mut index = repository.index().expect("an index");
    std::fs::write(root.join(".gitignore"), "*.log\nbuild/\n").expect("writable");
    for folder in 0..550 {
        let name = PathBuf::from(format!("area{}/part{}/src", folder % 25, folder));
        std::fs::create_dir_all(root.join(&name)).expect("writable");
        for file in 0..20 {
            let path = name.join(format!("file{file}.tf"));
            std::fs::write(root.join(&path), "resource {}\n").expect("writable");
            index.add_path(&path).expect("added");
        }
    }
    index.write().expect("written");
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn tree(bencher: divan::Bencher<'_, '_>) {
    let dir = tempfile::tempdir().expect("a folder");
    plant(dir.path());
    let roots = [dir.path().to_path_buf()];
    let options = walk::Options::default();
    bencher.bench_local(|| {
        let listing = walk::tree(&roots, &options);
        assert_eq!(listing.entries.len(), 11_001);
        listing
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn read(bencher: divan::Bencher<'_, '_>) {
    let dir = tempfile::tempdir().expect("a folder");
    plant(dir.path());
    let listing = walk::tree(&[dir.path().to_path_buf()], &walk::Options::default());
    let mut buffer = Vec::new();
    bencher.bench_local(|| {
        for entry in &listing.entries {
            divan::black_box(walk::read(entry, &mut buffer, 64 << 20));
        }
    });
}
