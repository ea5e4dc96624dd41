//! Adds what one declaration says of a noun that another makes: a secret's rotation, an application's owner.

use super::super::item::Item;
use super::super::scalar::Scalar;
use super::Part;
use crate::model::{Credential, Estate, Fact, Field, FieldMut, Grant, Identity};
use crate::rule::resource::{Make, Path};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Fields for the noun of another declaration.
#[derive(Debug)]
pub(in crate::extract) struct Amendment {
    /// Address of that declaration, or the name the provider knows the noun by.
    target: CompactString,
    /// The fields that count.
    fields: Vec<String>,
    /// Their values.
    values: Values,
}

/// A noun of which only some fields count.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Identity(Box<Identity>),
    Credential(Box<Credential>),
    Grant(Box<Grant>),
}

/// Notes an amendment of everything a path leads to.
pub(super) fn note(
    item: &Item<'_, '_>,
    path: &Path,
    make: &Make,
    values: &Values,
    part: &mut Part,
) {
    for scalar in item.scalars(path) {
        let target = match scalar {
            Scalar::Address { address, .. } => address,
            Scalar::Text(text, _) => text,
            _ => continue,
        };
        part.amendments.push(Amendment {
            target,
            fields: make.fields.iter().map(|(name, _)| name.clone()).collect(),
            values: values.clone(),
        });
    }
}

/// Applies all amendments. What a declaration says of itself stands. One of a credential that no declaration makes, and of which
/// the amendment says the kind, makes it.
pub(in crate::extract) fn amend(estate: &mut Estate, amendments: &[Amendment]) {
    if amendments.is_empty() {
        return;
    }
    let (mut identities, mut credentials) = (Targets::default(), Targets::default());
    let mut grants = Targets::default();
    for (index, grant) in estate.grants.iter().enumerate() {
        grants.entry(grant.address.clone()).or_default().push(index);
    }
    for (index, identity) in estate.identities.iter().enumerate() {
        targets(&mut identities, index, &identity.address, &identity.name);
    }
    for (index, credential) in estate.credentials.iter().enumerate() {
        targets(
            &mut credentials,
            index,
            &credential.address,
            &credential.name,
        );
    }
    for amendment in amendments {
        macro_rules! complete {
            ($nouns:expr, $targets:expr, $values:expr) => {
                for index in $targets.get(&amendment.target).into_iter().flatten() {
                    for name in &amendment.fields {
                        copy($values.field(name), $nouns[*index].field_mut(name));
                    }
                }
            };
        }
        match &amendment.values {
            Values::Identity(values) => complete!(estate.identities, identities, values),
            Values::Credential(values) => {
                if !credentials.contains_key(&amendment.target) && !values.kind.is_absent() {
                    let mut alone = values.as_ref().clone();
                    alone.name = Fact::Default(amendment.target.clone());
                    estate.credentials.push(alone);
                }
                complete!(estate.credentials, credentials, values);
            }
            Values::Grant(values) => complete!(estate.grants, grants, values),
        }
    }
}

type Targets = FxHashMap<CompactString, Vec<usize>>;

fn targets(targets: &mut Targets, index: usize, address: &str, name: &Fact<CompactString>) {
    targets.entry(address.into()).or_default().push(index);
    if let Fact::Known(name, _) = name
        && name != address
    {
        targets.entry(name.clone()).or_default().push(index);
    }
}

fn copy(from: Option<Field<'_>>, to: Option<FieldMut<'_>>) {
    fn fill<T: Clone>(from: &Fact<T>, to: &mut Fact<T>) {
        if matches!(to, Fact::Absent | Fact::Default(_)) && !from.is_absent() {
            *to = from.clone();
        }
    }
    match (from, to) {
        (Some(Field::Text(from)), Some(FieldMut::Text(to))) => fill(from, to),
        (Some(Field::Flag(from)), Some(FieldMut::Flag(to))) => fill(from, to),
        (Some(Field::Number(from)), Some(FieldMut::Number(to))) => fill(from, to),
        (Some(Field::Day(from)), Some(FieldMut::Day(to))) => fill(from, to),
        (Some(Field::Length(from)), Some(FieldMut::Length(to))) => fill(from, to),
        (Some(Field::Texts(from)), Some(FieldMut::Texts(to))) => {
            to.items.extend(from.items.iter().cloned());
            to.complete &= from.complete;
        }
        _ => {}
    }
}
