//! Runs the resource tables: turns one declaration into the nouns that its rows say it stands for.

mod amend;
mod condition;
mod field;
mod tags;

use amend::Values;
pub(super) use amend::{Amendment, amend};
pub(super) use tags::from_maps as tags_of_maps;

use super::item::{Item, Place};
use super::policy::{self, Rights};
use super::run::Run;
use super::scalar::Scalar;
use crate::format::{Declaration, Value};
use crate::model::{Credential, Estate, Fact, Grant, Identity, Setting, Trust, Usage};
use crate::rule::Tables;
use crate::rule::resource::{Make, Path, Table};
use crate::source::Span;
use compact_str::CompactString;

/// Which of a row's nouns are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Those that stand for themselves.
    Direct,
    /// Those that are made only when nothing used the declaration.
    Orphans,
}

/// What one declaration yields.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Nouns.
    pub(super) estate: Estate,
    /// Addresses of the declarations it drew on.
    pub(super) used: Vec<CompactString>,
    /// What it says of nouns that other declarations make.
    pub(super) amendments: Vec<Amendment>,
    /// Deny statements beside the grants.
    pub(super) denies: Vec<policy::Denies>,
}

impl Part {
    /// Adds what policy documents of the declaration say.
    fn hold(&mut self, rights: Rights) {
        self.estate.grants.extend(rights.grants);
        self.estate.trusts.extend(rights.trusts);
        self.used.extend(rights.used);
        self.denies.extend(rights.denies);
    }
}

/// The nouns of a declaration by the tables.
pub(super) fn nouns<'a>(
    tables: &Tables,
    run: &Run<'a>,
    declaration: &'a Declaration,
    pass: Pass,
) -> Part {
    let mut part = Part::default();
    for (table, row) in tables.rows(declaration.language, &declaration.kind) {
        let whole = Item::whole(run, declaration);
        if !whole.passes(&row.when) {
            continue;
        }
        if pass == Pass::Direct {
            for path in &row.uses {
                uses(&whole, path, &mut part.used);
            }
        }
        for make in &row.makes {
            if make.orphan == (pass == Pass::Orphans) {
                each(table, make, &whole, &mut part);
            }
        }
    }
    part
}

/// Notes what the references at a path lead to.
fn uses(item: &Item<'_, '_>, path: &Path, used: &mut Vec<CompactString>) {
    for scalar in item.scalars(path) {
        if let Scalar::Address { address, .. } = scalar {
            used.push(address);
        }
    }
}

fn each(table: &Table, make: &Make, whole: &Item<'_, '_>, part: &mut Part) {
    let places = match &make.each {
        Some(path) => whole.places(path),
        None => vec![whole.place.clone()],
    };
    for place in places.into_iter().filter(Place::is_written) {
        let item = Item {
            run: whole.run,
            declaration: whole.declaration,
            place,
        };
        if item.passes(&make.when) {
            one(table, make, &item, part);
        }
    }
}

/// A noun of this type with its fields filled, and the length of time its end was given by.
macro_rules! fill {
    ($type:ident, $table:expr, $make:expr, $item:expr) => {{
        let mut noun = $type {
            address: $item.declaration.address.clone(),
            span: head(&$item),
            whole: $item.declaration.span,
            language: Fact::given($item.declaration.language),
            resource: Fact::given(&$item.declaration.kind),
            provider: Fact::given(&$table.provider),
            ..$type::default()
        };
        let mut lifetime = None;
        for (name, source) in &$make.fields {
            if let Some(field) = noun.field_mut(name) {
                lifetime = $item.fill(name, field, source).or(lifetime);
            }
        }
        (noun, lifetime)
    }};
}

/// Notes the fields for a noun that another declaration makes.
fn amended(path: &Path, table: &Table, make: &Make, item: &Item<'_, '_>, part: &mut Part) {
    let values = match make.noun.as_str() {
        "identity" => Values::Identity(Box::new(fill!(Identity, table, make, item).0)),
        "credential" => Values::Credential(Box::new(fill!(Credential, table, make, item).0)),
        "grant" => {
            let (mut grant, lifetime) = fill!(Grant, table, make, item);
            last(&mut grant.lifetime, &mut grant.expires, lifetime);
            Values::Grant(Box::new(grant))
        }
        _ => return,
    };
    amend::note(item, path, make, &values, part);
}

fn one(table: &Table, make: &Make, item: &Item<'_, '_>, part: &mut Part) {
    if let Some(path) = &make.amend {
        return amended(path, table, make, item, part);
    }
    match make.noun.as_str() {
        "identity" => {
            let (mut identity, _) = fill!(Identity, table, make, item);
            name(&mut identity.name, item);
            tags::complete(&mut identity, table, item);
            if let (Fact::Absent, Some(place)) =
                (&identity.namespace, &item.declaration.scope.namespace)
            {
                identity.namespace = Fact::Default(place.clone());
            }
            if let Some(boundary) = identity.boundary.value() {
                part.used.push(boundary.clone());
            }
            part.estate.identities.push(identity);
        }
        "credential" => {
            let (mut credential, lifetime) = fill!(Credential, table, make, item);
            name(&mut credential.name, item);
            last(&mut credential.lifetime, &mut credential.expires, lifetime);
            replaced(&mut credential.rotated, item.declaration);
            part.estate.credentials.push(credential);
        }
        "grant" => {
            let (mut grant, lifetime) = fill!(Grant, table, make, item);
            last(&mut grant.lifetime, &mut grant.expires, lifetime);
            if let Some(path) = &make.document {
                part.hold(policy::grants(item, path, &grant));
            } else if let Some(path) = &make.attach {
                part.hold(policy::attached(item, path, &grant));
            } else {
                part.estate.grants.push(grant);
            }
        }
        "trust" => {
            let (trust, _) = fill!(Trust, table, make, item);
            if let Some(path) = &make.document {
                part.hold(policy::trusts(item, path, &trust));
            } else {
                part.estate.trusts.push(trust);
            }
        }
        "usage" => worn(table, make, item, part),
        "setting" => switch(table, make, item, part),
        _ => {}
    }
}

/// A Terraform resource that is replaced whenever something of time changes is rotated, whether or not it has an argument of
/// its own for that. What changes a stand-in for triggers is not known.
fn replaced(rotated: &mut Fact<bool>, declaration: &Declaration) {
    let triggers = declaration.body.at(&["lifecycle", "replace_triggered_by"]);
    let Some(triggers) = triggers.filter(|_| !matches!(rotated, Fact::Known(true, _))) else {
        return;
    };
    for trigger in triggers.one_or_many() {
        let name = trigger.as_str().unwrap_or_default();
        if name.starts_with("time_") {
            *rotated = Fact::Known(true, trigger.span);
            return;
        }
        if name.starts_with("terraform_data.") || name.starts_with("null_resource.") {
            *rotated = Fact::Unknown(Some(trigger.span));
        }
    }
}

/// Where an identity is worn; at the block that lacks the name of another one, where it is the platform's own.
fn worn(table: &Table, make: &Make, item: &Item<'_, '_>, part: &mut Part) {
    let (mut usage, _) = fill!(Usage, table, make, item);
    name(&mut usage.name, item);
    if matches!(usage.default, Fact::Default(true)) {
        usage.span = missing(make, &["default"], item).unwrap_or(usage.span);
    }
    part.estate.usages.push(usage);
}

/// A switch, at its value, or at the block that lacks it.
fn switch(table: &Table, make: &Make, item: &Item<'_, '_>, part: &mut Part) {
    let (mut setting, _) = fill!(Setting, table, make, item);
    if setting.of.is_absent() {
        setting.of = Fact::Default(item.declaration.address.clone());
    }
    setting.span = written(&setting)
        .or_else(|| missing(make, &["flag", "number", "length"], item))
        .unwrap_or(setting.span);
    part.estate.settings.push(setting);
}

/// Where a switch is written: that is the line which names it.
fn written(setting: &Setting) -> Option<Span> {
    let texts = setting.texts.items.first().map(|(_, span)| *span);
    setting
        .flag
        .span()
        .or(setting.number.span())
        .or(setting.length.span())
        .or(texts)
        .or(setting.text.span())
}

/// Where the first of these fields would have to be written, when what holds it is.
fn missing(make: &Make, fields: &[&str], item: &Item<'_, '_>) -> Option<Span> {
    let mut sources = make.fields.iter();
    let (_, source) = sources.find(|(name, _)| fields.contains(&name.as_str()))?;
    item.nearest_written(source)
}

/// What the provider knows it by, else the declaration's own name.
fn name(name: &mut Fact<CompactString>, item: &Item<'_, '_>) {
    if name.is_absent() {
        *name = Fact::Default(item.declaration.name.clone());
    }
}

/// What lives for a known time does end, though on no known day; a lifetime that the provider applies counts only where no
/// end is written.
fn last<T>(lifetime: &mut Fact<i64>, expires: &mut Fact<T>, given: Option<Fact<i64>>) {
    let applied = matches!(lifetime, Fact::Absent | Fact::Default(_));
    match given {
        Some(given) if applied => *lifetime = given,
        None if applied && !expires.is_absent() => *lifetime = Fact::Absent,
        _ => {}
    }
    if expires.is_absent() && !lifetime.is_absent() {
        *expires = Fact::Unknown(lifetime.span());
    }
}

/// The line that names the item: its block's head, or the value itself.
fn head(item: &Item<'_, '_>) -> Span {
    if item.place.is_root() {
        return item.declaration.head;
    }
    match &item.place.node.value {
        Value::Block(block) => block.head,
        _ => item.place.node.span,
    }
}

#[cfg(test)]
mod tests;
