//! What takes values apart: base64, tokens, key blocks, certificates, strings of JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure::extract::notebook;
use tenure::judge::{base64, jwt, pem, placeholder, reference, x509};

fuzz_target!(|data: &[u8]| {
    let _ = base64::decode(data);
    let _ = jwt::read(data);
    let _ = pem::read(data);
    let _ = pem::bytes(data);
    let _ = x509::read(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = placeholder::is_placeholder(text);
        let _ = reference::is_reference(text);
        if let Some(places) = notebook::places(text, text) {
            assert_eq!(places.len(), text.len() + 1);
        }
    }
});
