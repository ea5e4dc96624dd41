//! The description of a secret's shape, as written in a rule page. Also compiled into `build.rs`.

use serde::{Deserialize, Serialize};

/// How a secret rule recognises its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatternKind {
    /// The value itself has a distinctive literal: `ghp_...`.
    Token,
    /// A key word beside a value of a known shape: `datadog_api_key: <32 hex>`.
    Keyed,
    /// Two values that belong together: an id and a secret.
    Pair,
    /// A whole structure: a PEM block, a JWT, a URL with userinfo, a service-account JSON.
    Structural,
}

/// Characters a value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alphabet {
    /// `0-9`
    Digit,
    /// `0-9a-f`
    Hex,
    /// `0-9a-fA-F`
    Hexmixed,
    /// `0-9A-F`
    Hexupper,
    /// `A-Z0-9`
    Upper,
    /// `a-z0-9`
    Lower,
    /// `A-Z2-7`
    Base32,
    /// `a-z2-7`
    Base32lower,
    /// `A-Za-z`
    Alpha,
    /// `A-Za-z0-9`
    Base62,
    /// `1-9A-HJ-NP-Za-km-z`
    Base58,
    /// `A-Za-z0-9./`, in which `crypt` writes salts and hashes
    Crypt,
    /// `A-Za-z0-9+/`, then up to two `=`
    Base64,
    /// `A-Za-z0-9_-`
    Base64url,
    /// `A-Za-z0-9_`
    Word,
    /// `A-Za-z0-9._-`
    Dotted,
    /// `A-Za-z0-9._~-`
    Unreserved,
    /// What may stand in the user part of a URL, `@#^` included that people forget to escape: unreserved, `%` and
    /// ``!$&'()*+,;=``.
    Userinfo,
    /// Anything printable that does not end a value: no white space, quotes, angle brackets, commas. In quotes, everything
    /// up to the closing one.
    Value,
    /// Anything but NUL, lines included; ends where the next literal stands.
    Text,
}

/// One part of a value: a literal, or a run of an alphabet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// These bytes.
    Literal(String),
    /// One of these literals.
    OneOf(Vec<String>),
    /// `length` (exactly) or `min` to `max` characters of an alphabet.
    Run(Run),
}

/// As written in a page, where a part is told by its look.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Literal(String),
    OneOf(Vec<String>),
    Run(Run),
}

/// As packed into the binary, where it is told by a tag.
#[derive(Serialize, Deserialize)]
enum Packed {
    Literal(String),
    OneOf(Vec<String>),
    Run(Run),
}

impl Serialize for Shape {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let packed = match self.clone() {
            Shape::Literal(text) => Packed::Literal(text),
            Shape::OneOf(texts) => Packed::OneOf(texts),
            Shape::Run(run) => Packed::Run(run),
        };
        packed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(match Written::deserialize(deserializer)? {
                Written::Literal(text) => Shape::Literal(text),
                Written::OneOf(texts) => Shape::OneOf(texts),
                Written::Run(run) => Shape::Run(run),
            });
        }
        Ok(match Packed::deserialize(deserializer)? {
            Packed::Literal(text) => Shape::Literal(text),
            Packed::OneOf(texts) => Shape::OneOf(texts),
            Packed::Run(run) => Shape::Run(run),
        })
    }
}

/// A run of characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Characters.
    pub of: Alphabet,
    /// Exact length.
    #[serde(default)]
    pub length: Option<u32>,
    /// Least length.
    #[serde(default)]
    pub min: Option<u32>,
    /// Most length.
    #[serde(default)]
    pub max: Option<u32>,
    /// Whether the secret is this run (or from the first such run to the last) instead of the whole match.
    #[serde(default)]
    pub secret: bool,
}

/// A proof that needs no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// GitHub and npm tokens: the last six characters are the base-62 CRC-32 of what stands between prefix and them.
    Crc32Base62,
    /// Routable GitLab tokens: the last seven characters are the base-36 CRC-32 of all before them, the two before those the
    /// length of the part up to the first dot. A prefix of the installation may stand in front and count in, so a value that
    /// fails is a weak find.
    Crc32Base36,
    /// Three base64url parts, the first two JSON.
    Jwt,
    /// A PEM block that closes and decodes to DER.
    PemDer,
    /// Base64 that decodes to what the rule's `decodes_to` says.
    Base64Struct,
    /// Luhn digit.
    Luhn,
    /// AWS access key id: base32 body that decodes to an account id.
    AwsKeyId,
    /// Base64 of `user:password`, whose password is no placeholder.
    UserPassword,
}

/// How a value without a fixed shape is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// What a person may have chosen: any literal that is no placeholder, reference, name or sentence.
    Password,
    /// What only a machine makes up: long, even in its characters, unlike words.
    Token,
    /// What a call takes for its key, whatever it is made of: a password, or words with separators between them.
    Passphrase,
}

/// A secret's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Whose secret it is: `github`, `aws`.
    pub provider: String,
    /// How it is recognised.
    pub kind: PatternKind,
    /// Literals of which one stands in every match, at the start of the match (`token`, `structural`) or in the key
    /// (`keyed`). Matched without regard to case for `keyed`.
    #[serde(default)]
    pub anchors: Vec<String>,
    /// The value as a sequence of parts; preferred over `regex`.
    #[serde(default)]
    pub shape: Vec<Shape>,
    /// The value as an expression where a shape cannot say it; anchored at the hit, a group `value` names the secret part.
    #[serde(default)]
    pub regex: Option<String>,
    /// The proof.
    #[serde(default)]
    pub checksum: Option<Checksum>,
    /// For `base64-struct`: a literal that the decoded bytes start with.
    #[serde(default)]
    pub decodes_to: Option<String>,
    /// How the value is judged beside its shape.
    #[serde(default)]
    pub like: Option<Likeness>,
    /// Least Shannon entropy of the secret part, in bits a character.
    #[serde(default)]
    pub entropy: Option<f32>,
    /// Least number of digits in the secret part (keeps words out).
    #[serde(default)]
    pub digits: Option<u32>,
    /// Whole values that are documentation, never secrets; compared exactly.
    #[serde(default)]
    pub not_values: Vec<String>,
    /// Key words, one of which must be in the key (`keyed`).
    #[serde(default)]
    pub key_any: Vec<String>,
    /// Key words that rule a key out.
    #[serde(default)]
    pub key_not: Vec<String>,
    /// Kinds of object whose every value the rule judges, whatever the key (`Secret`); found in a tree only.
    #[serde(default)]
    pub resource_kinds: Vec<String>,
    /// Formats the rule is limited to; empty for all.
    #[serde(default)]
    pub formats: Vec<String>,
    /// File names or globs the rule is limited to; empty for all.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Globs the rule stays out of.
    #[serde(default)]
    pub paths_not: Vec<String>,
    /// Rule whose hit within `within` bytes makes the pair: one finding for both.
    #[serde(default)]
    pub pair_with: Option<String>,
    /// How near, in bytes.
    #[serde(default)]
    pub within: Option<u32>,
    /// How many bytes after its key word a `keyed` value may stand without a sign between them, where one of `key_any` stands
    /// between; for the strict profile only.
    #[serde(default)]
    pub near: Option<u32>,
    /// How many leading characters every such key shares and a mask may show.
    #[serde(default)]
    pub public_prefix: Option<u32>,
    /// Characters that may not stand right before or after the value; the value's own alphabet where it is not said.
    #[serde(default)]
    pub boundary: Option<Alphabet>,
    /// Rules that this one yields to when both match the same value.
    #[serde(default)]
    pub yields_to: Vec<String>,
    /// Whether its issuer means it to be shown: an id, the key of a web page. No key word beside it makes it a secret, and in a
    /// pair it is shown as a related place.
    #[serde(default)]
    pub publishable: bool,
}
