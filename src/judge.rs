//! What a value looks like: pure functions of bytes that say whether text is a credential, a reference to one, a
//! placeholder, a word, a day or an owner. Used by `engine` over plain bytes and by `extract` over trees; knows neither.

pub mod alphabet;
pub mod anchors;
pub mod base64;
pub mod checksum;
pub mod comment;
pub mod compiled;
pub mod date;
pub mod entropy;
pub mod form;
mod grams;
pub mod jwt;
pub mod key;
mod lexicon;
pub mod owner;
pub mod patterns;
pub mod pem;
pub mod place;
pub mod placeholder;
pub mod plain;
pub mod prefilter;
pub mod reference;
mod schedule;
pub mod shape;
pub mod stand_in;
pub mod value;
pub mod words;
pub mod x509;
