//! `tenure.yaml` as written: one struct a level, unknown keys refused, places kept for what is checked later.
//!
//! `docs/tenure.schema.json` describes the same keys; a test holds the two together.

use crate::rule::{Profile, Severity};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_saphyr::Spanned;
use std::marker::PhantomData;

/// A text and its place.
pub(super) type Text = Spanned<String>;

/// The whole file.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Document {
    pub(super) requires: Option<Text>,
    pub(super) profile: Option<Profile>,
    pub(super) fail_on: Option<super::FailOn>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) select: Vec<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) ignore: Vec<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) severity: Pairs<Severity>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) paths: PathLists,
    #[serde(deserialize_with = "or_empty")]
    pub(super) ignores: Vec<IgnoreEntry>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) owners: Vec<OwnerEntry>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) owner_keys: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) environments: Vec<EnvironmentEntry>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) accounts: Vec<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) limits: Pairs<Text>,
    pub(super) lease_notice: Option<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) waivers: WaiverTerms,
    #[serde(deserialize_with = "or_empty")]
    pub(super) rules: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) secrets: SecretTerms,
    #[serde(deserialize_with = "or_empty")]
    pub(super) governance: Governance,
    #[serde(deserialize_with = "or_empty")]
    pub(super) break_glass: Vec<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) leases: LeaseConfig,
    #[serde(deserialize_with = "or_empty")]
    pub(super) tiers: Vec<TierEntry>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) report: ReportTerms,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReportTerms {
    #[serde(deserialize_with = "or_empty")]
    pub(super) due: WaiverMax,
    pub(super) every: Option<Text>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LeaseConfig {
    #[serde(deserialize_with = "or_empty")]
    pub(super) approvers: Vec<Text>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TierEntry {
    #[serde(default)]
    pub(super) identity: Option<Text>,
    #[serde(default)]
    pub(super) path: Option<Text>,
    pub(super) tier: Spanned<u8>,
    pub(super) reason: Text,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PathLists {
    #[serde(deserialize_with = "or_empty")]
    pub(super) exclude: Vec<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) tests: Vec<Text>,
    #[serde(deserialize_with = "or_empty")]
    pub(super) live: Vec<Text>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IgnoreEntry {
    pub(super) rule: Text,
    #[serde(default)]
    pub(super) path: Option<Text>,
    pub(super) reason: Text,
    #[serde(default)]
    pub(super) expires: Option<Text>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerEntry {
    pub(super) path: Text,
    pub(super) owner: Text,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvironmentEntry {
    #[serde(default)]
    pub(super) path: Option<Text>,
    #[serde(default)]
    pub(super) namespace: Option<Text>,
    #[serde(default)]
    pub(super) account: Option<Text>,
    #[serde(default)]
    pub(super) name: Option<Text>,
    pub(super) environment: Text,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WaiverTerms {
    #[serde(deserialize_with = "or_empty")]
    pub(super) max: WaiverMax,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WaiverMax {
    pub(super) critical: Option<Text>,
    pub(super) high: Option<Text>,
    pub(super) medium: Option<Text>,
    pub(super) low: Option<Text>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SecretTerms {
    #[serde(deserialize_with = "or_empty")]
    pub(super) not_values: Vec<Text>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Governance {
    pub(super) required: bool,
}

/// A key with nothing after it is the same as no key.
fn or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A mapping with free keys, in the order of the text.
#[derive(Debug)]
pub(super) struct Pairs<V>(pub(super) Vec<(Text, V)>);

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Collect<V> {
            type Value = Pairs<V>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Collect(PhantomData))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde::de::value::Error;

    /// Names of the fields a struct reads.
    pub(crate) fn fields<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
        struct Spy<'a>(&'a mut &'static [&'static str]);
        impl<'de> Deserializer<'de> for Spy<'_> {
            type Error = Error;

            fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
                Err(serde::de::Error::custom("only structs are looked at"))
            }

            fn deserialize_struct<V: Visitor<'de>>(
                self,
                _: &'static str,
                fields: &'static [&'static str],
                _: V,
            ) -> Result<V::Value, Error> {
                *self.0 = fields;
                Err(serde::de::Error::custom("seen"))
            }

            serde::forward_to_deserialize_any! {
                bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
                unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
            }
        }
        let mut seen: &'static [&'static str] = &[];
        drop(T::deserialize(Spy(&mut seen)));
        seen
    }

    /// The properties of an object in the published schema.
    fn properties(schema: &serde_json::Value) -> Vec<&str> {
        assert_eq!(schema["additionalProperties"], false, "{schema}");
        let properties = schema["properties"].as_object().unwrap();
        for (key, value) in properties {
            assert!(value["description"].is_string(), "{key} has no description");
        }
        let mut keys: Vec<&str> = properties.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn the_published_schema_has_the_same_keys() {
        let text = include_str!("../../docs/tenure.schema.json");
        let schema: serde_json::Value = serde_json::from_str(text).unwrap();
        let of = |key: &str| schema["properties"][key].clone();
        for (shape, mut keys) in [
            (schema.clone(), fields::<Document>().to_vec()),
            (of("paths"), fields::<PathLists>().to_vec()),
            (
                of("ignores")["items"].clone(),
                fields::<IgnoreEntry>().to_vec(),
            ),
            (
                of("owners")["items"].clone(),
                fields::<OwnerEntry>().to_vec(),
            ),
            (
                of("environments")["items"].clone(),
                fields::<EnvironmentEntry>().to_vec(),
            ),
            (of("waivers"), fields::<WaiverTerms>().to_vec()),
            (
                of("waivers")["properties"]["max"].clone(),
                fields::<WaiverMax>().to_vec(),
            ),
            (of("secrets"), fields::<SecretTerms>().to_vec()),
            (of("governance"), fields::<Governance>().to_vec()),
        ] {
            keys.sort_unstable();
            assert_eq!(properties(&shape), keys);
        }
        let limits: Vec<&str> = super::super::LIMITS.iter().map(|limit| limit.0).collect();
        assert_eq!(properties(&of("limits")), limits);
        for (name, seconds, meaning) in super::super::LIMITS {
            let limit = &of("limits")["properties"][*name];
            assert_eq!(limit["description"], *meaning);
            let default = limit["default"].as_str().and_then(super::super::seconds);
            assert_eq!(default, Some(*seconds), "{name}");
        }
    }
}
