//! The reader of packs on packs that claim what they do not hold: every copy that it shows is one, and nothing panics.
#![no_main]

#[path = "../../tests/git/hostile.rs"]
mod hostile;
#[path = "../../tests/git/packs.rs"]
mod packs;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    hostile::read(data);
});
