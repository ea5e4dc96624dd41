//! Ties credentials, grants, trusts and usages to identities: by address, then by provider and name.
//!
//! A reference leads to a declaration; when that is no identity itself (an instance profile, a data source, a service
//! principal beside its application) what it names in turn is followed. A name that several roots define stands for the
//! one of the referring root or environment, else it stays open.

use super::account::{Accounts, Found};
use super::name::{Name, is_open};
use crate::format::{Declaration, Expr, Value};
use crate::model::{Estate, Fact, Id, Link};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Declarations that name one another end here.
const DEPTH: usize = 4;

/// Attributes by which a declaration names the identity it stands for.
const ALIASES: &[&str] = &[
    "role",
    "role_name",
    "role_arn",
    "iam_role_arn",
    "user",
    "user_name",
    "service_account_id",
    "service_account",
    "service_account_email",
    "account_id",
    "email",
    "client_id",
    "application_id",
    "application_object_id",
    "service_principal_id",
    "principal_id",
    "object_id",
    "identity_id",
    "identity_ids",
    "parent_id",
    "name",
];

/// Identities of an estate by everything that names them.
pub(super) struct Index<'a> {
    by_address: FxHashMap<CompactString, Vec<Id>>,
    /// Without the keys of instances: `aws_iam_role.ci` for `aws_iam_role.ci["a"]`.
    by_base: FxHashMap<CompactString, Vec<Id>>,
    by_name: FxHashMap<(CompactString, CompactString), Vec<Id>>,
    declared: FxHashMap<&'a str, &'a Declaration>,
    /// Service accounts of clusters.
    pub(super) accounts: Accounts,
    /// Root and environment of each identity, by which namesakes are told apart.
    homes: Vec<(CompactString, CompactString)>,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    /// Provider of the identity that is looked for.
    pub(super) provider: &'a str,
    /// Address of the noun that names it.
    pub(super) address: &'a str,
    /// The noun's environment, where it is known.
    pub(super) environment: &'a str,
    /// Kind of principal, where the noun says it.
    pub(super) principal: &'a str,
}

impl<'a> Index<'a> {
    /// Indexes an estate whose environments are set.
    pub(super) fn new(estate: &Estate, declarations: &'a [Declaration]) -> Self {
        let mut index = Self {
            by_address: FxHashMap::default(),
            by_base: FxHashMap::default(),
            by_name: FxHashMap::default(),
            declared: declarations
                .iter()
                .map(|declaration| (declaration.address.as_str(), declaration))
                .collect(),
            accounts: Accounts::new(estate, declarations),
            homes: Vec::with_capacity(estate.identities.len()),
        };
        for (at, identity) in estate.identities.iter().enumerate() {
            let id = Id(u32::try_from(at).unwrap_or(u32::MAX));
            let address = &identity.address;
            index
                .by_address
                .entry(address.clone())
                .or_default()
                .push(id);
            let base = index.by_base.entry(without_keys(address)).or_default();
            base.push(id);
            if let Some(name) = identity.name.value() {
                let key = (identity.provider.text().into(), name.clone());
                index.by_name.entry(key).or_default().push(id);
            }
            let environment = identity.environment.text().into();
            index.homes.push((root(address).into(), environment));
        }
        index
    }

    /// What a noun's `of` or `to` comes to.
    pub(super) fn link(&self, text: &Fact<CompactString>, asker: Asker<'_>) -> Link {
        match text {
            Fact::Absent => Link::Outside,
            Fact::Unknown(_) => Link::Unknown,
            Fact::Known(text, _) | Fact::Default(text) => self.find(text, asker, DEPTH),
        }
    }

    fn find(&self, text: &str, asker: Asker<'_>, depth: usize) -> Link {
        if let Some(ids) = self.by_address.get(text) {
            return self.choose(ids, asker);
        }
        if let Some(ids) = self.by_base.get(text) {
            return self.choose(ids, asker);
        }
        if let Some(declaration) = self.declared.get(text) {
            return self.through(declaration, asker, depth);
        }
        match Name::of(text) {
            Name::Open => Link::Unknown,
            Name::Account { namespace, name } => match self.accounts.find(namespace, name) {
                Found::Some(ids) => self.choose(&ids, asker),
                Found::Platform => Link::Outside,
                Found::Missing => Link::Dangling,
                Found::Open => Link::Unknown,
            },
            Name::Arn { name, .. } => self.named("aws", name, asker).unwrap_or(Link::Outside),
            Name::Email { account, .. } => {
                let found = self.named("google", account, asker);
                found
                    .or_else(|| self.named("google", text, asker))
                    .unwrap_or(Link::Outside)
            }
            Name::Plain(plain) => self
                .named(asker.provider, plain, asker)
                .unwrap_or_else(|| elsewhere(plain, asker.principal)),
        }
    }

    fn named(&self, provider: &str, name: &str, asker: Asker<'_>) -> Option<Link> {
        let ids = self.by_name.get(&(provider.into(), name.into()))?;
        Some(self.choose(ids, asker))
    }

    /// One of several: of the same root, else of the same environment, else the one whose configuration is here beside what
    /// a state file remembers; the only one in any case.
    fn choose(&self, ids: &[Id], asker: Asker<'_>) -> Link {
        if let [id] = ids {
            return Link::To(*id);
        }
        let home = root(asker.address);
        let only = |test: &dyn Fn(&(CompactString, CompactString)) -> bool| {
            let mut fit = ids.iter().filter(|id| test(&self.homes[id.index()]));
            match (fit.next(), fit.next()) {
                (Some(id), None) => Some(Link::To(*id)),
                _ => None,
            }
        };
        only(&|own| own.0 == home)
            .or_else(|| {
                let environment = asker.environment;
                let told = !environment.is_empty();
                told.then(|| only(&|own| own.1 == environment)).flatten()
            })
            .or_else(|| only(&|own| !own.0.ends_with(".tfstate")))
            .unwrap_or(Link::Unknown)
    }

    /// The identity that a declaration stands for by what it names.
    fn through(&self, declaration: &Declaration, asker: Asker<'_>, depth: usize) -> Link {
        if depth == 0 {
            return Link::Unknown;
        }
        for key in ALIASES {
            let Some(node) = declaration.body.get(key) else {
                continue;
            };
            let text = match &node.one_or_many().first().unwrap_or(node).value {
                Value::Expr(expr) => match expr.as_ref() {
                    Expr::Symbol { address, .. } => address.clone(),
                    _ => continue,
                },
                Value::String(text) => text.clone(),
                _ => continue,
            };
            if text == declaration.address {
                continue;
            }
            if let Link::To(id) = self.find(&text, asker, depth - 1) {
                return Link::To(id);
            }
        }
        // What a data source reads is there, only not in this run.
        match declaration.kind.starts_with("data.") {
            true => Link::Outside,
            false => Link::Unknown,
        }
    }

    /// Identities that a trust's principal or subject names in full.
    pub(super) fn named_by(&self, text: &str, asker: Asker<'_>) -> Option<Id> {
        match self.find(text, asker, DEPTH) {
            Link::To(id) => Some(id),
            _ => None,
        }
    }

    /// Whether a text is the address of something in the run.
    pub(super) fn is_declared(&self, text: &str) -> bool {
        self.declared.contains_key(text) || self.by_address.contains_key(text)
    }
}

/// Ties every noun of an estate.
pub(super) fn link(estate: &mut Estate, index: &Index<'_>) {
    macro_rules! tie {
        ($list:ident, $field:ident, $principal:expr) => {
            estate
                .$list
                .iter()
                .map(|noun| {
                    let principal: fn(&_) -> &str = $principal;
                    let asker = Asker {
                        provider: noun.provider.text(),
                        address: &noun.address,
                        environment: noun.environment.text(),
                        principal: principal(noun),
                    };
                    index.link(&noun.$field, asker)
                })
                .collect()
        };
    }
    estate.credential_of = tie!(credentials, of, |_: &crate::model::Credential| "");
    estate.grant_of = tie!(grants, to, |grant: &crate::model::Grant| grant
        .principal
        .text());
    estate.trust_of = tie!(trusts, of, |_: &crate::model::Trust| "");
    estate.usage_of = tie!(usages, of, |_: &crate::model::Usage| "");
    foreign_accounts(estate);
}

/// A grant to people, groups or the public leads out of the estate, whatever is called like them.
fn foreign_accounts(estate: &mut Estate) {
    for (grant, link) in estate.grants.iter().zip(&mut estate.grant_of) {
        let outside = ["public", "authenticated", "account"].contains(&grant.principal.text());
        if outside && *link != Link::Unknown {
            *link = Link::Outside;
        }
    }
}

/// Something named in full that no file defines: a person, a group, another account's; else a name that leads nowhere.
fn elsewhere(name: &str, principal: &str) -> Link {
    let people = ["user", "group", "account", "public", "authenticated"].contains(&principal);
    let full = name.contains([':', '@', '/', '.', '*']) || is_id(name) || is_open(name);
    match people || full {
        true => Link::Outside,
        false => Link::Dangling,
    }
}

/// Whether a text is a number or a UUID: the id of something made elsewhere.
fn is_id(text: &str) -> bool {
    let digits = |c: char| c.is_ascii_hexdigit() || c == '-';
    text.len() >= 12 && text.chars().all(digits)
}

/// `envs/prod` of `envs/prod:aws_iam_role.ci`; empty where there is one root.
fn root(address: &str) -> &str {
    match address.split_once(':') {
        Some((root, rest)) if !rest.starts_with(':') && !root.contains('[') => root,
        _ => "",
    }
}

/// An address without the keys of instances.
fn without_keys(address: &str) -> CompactString {
    let mut plain = CompactString::with_capacity(address.len());
    let (mut depth, mut quoted) = (0_usize, false);
    for letter in address.chars() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => {}
        }
        if depth == 0 && !quoted && letter != '"' {
            plain.push(letter);
        }
    }
    plain
}
