//! The estate at one sample, and what is counted of it.

use super::super::Options;
use super::super::file::Reading;
use super::super::same::key;
use crate::engine;
use crate::extract;
use crate::format::{Declaration, Node};
use crate::model::{Credential, Date, Estate, Grant, Identity, Link};
use crate::report::history::Point;
use crate::resolve::{self, Memo};
use crate::rule::{Profile, RuleSet};
use crate::source::{Blobs, Span};
use crate::suppress;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// What one sample has, to be followed through the others: hashes of grants, of privileged grants and of secret values.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) point: Point,
    pub(super) grants: Vec<u64>,
    pub(super) privileged: Vec<u64>,
    pub(super) secrets: Vec<u64>,
    /// Each secret value with the fingerprints of its findings.
    pub(super) prints: Vec<(u64, String)>,
    /// Each identity with its owners, parted by blanks.
    pub(super) owned: Vec<(u64, CompactString)>,
    pub(super) materials: Vec<Material>,
    /// Names in CODEOWNERS; none where there is no such file.
    pub(super) codeowners: Option<FxHashSet<CompactString>>,
    /// Versions of files in which identities, credentials, grants or trusts stand.
    pub(super) files: FxHashSet<u32>,
}

/// One credential that nothing rotates, and the text that would change with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Material {
    pub(super) key: u64,
    pub(super) value: u64,
    /// The identity it belongs to.
    pub(super) of: Option<u64>,
    /// Days it may stay the same.
    pub(super) limit: Option<i64>,
}

/// What all samples share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) blobs: &'a Blobs,
    pub(super) rules: &'a RuleSet,
    pub(super) memo: &'a Memo,
    pub(super) options: &'a Options,
}

/// Joins the files of one sample and counts.
pub(super) fn look(files: &[&Reading], day: Date, ground: Ground<'_>) -> Seen {
    let declarations = files
        .iter()
        .flat_map(|file| file.declarations.iter().cloned())
        .collect();
    let declarations = resolve::evaluate_with(declarations, &mut Vec::new(), Some(ground.memo));
    let mut estate = extract::facts(&declarations);
    let directives: Vec<suppress::Directive> = files
        .iter()
        .flat_map(|file| file.directives.iter().cloned())
        .collect();
    resolve::link(
        &mut estate,
        &declarations,
        &suppress::leases(&directives),
        &ground.options.config,
        None,
    );
    let candidates = files
        .iter()
        .flat_map(|file| file.candidates.iter().cloned())
        .collect();
    let mut found = engine::secrets(ground.rules, candidates, ground.blobs);
    found.retain(|finding| finding.profile <= Profile::Default && finding.secret.is_some());
    suppress::fingerprint(&mut found, &ground.options.register.salt, ground.blobs);
    let prints: Vec<(u64, String)> = found
        .iter()
        .filter_map(|finding| {
            let secret = finding.secret.as_ref()?;
            Some((hash(&secret.expose()), finding.fingerprint.clone()))
        })
        .collect();
    let mut secrets: Vec<u64> = prints.iter().map(|(value, _)| *value).collect();
    secrets.sort_unstable();
    secrets.dedup();
    let high = |grant: &&Grant| matches!(grant.level.text(), "admin" | "escalate");
    let mut point = count(&estate, day);
    point.secrets = secrets.len();
    Seen {
        point,
        grants: keys(estate.grants.iter()),
        privileged: keys(estate.grants.iter().filter(high)),
        secrets,
        prints,
        owned: owned(&estate),
        materials: materials(&estate, &declarations, ground),
        codeowners: codeowners(&declarations),
        files: files_of(&estate),
    }
}

fn key_of(identity: &Identity) -> u64 {
    let name = match identity.name.text() {
        "" => identity.address.as_str(),
        name => name,
    };
    hash(&(
        identity.provider.text(),
        identity.kind.text(),
        identity.namespace.text(),
        name,
    ))
}

fn owned(estate: &Estate) -> Vec<(u64, CompactString)> {
    let mut owned: Vec<(u64, CompactString)> = estate
        .identities
        .iter()
        .map(|identity| (key_of(identity), identity.owner.text().into()))
        .collect();
    owned.sort();
    owned.dedup();
    owned
}

/// The credentials that are in use and that no platform rotates.
fn materials(estate: &Estate, declarations: &[Declaration], ground: Ground<'_>) -> Vec<Material> {
    let whole: FxHashMap<&str, Span> = declarations
        .iter()
        .map(|declaration| (declaration.address.as_str(), declaration.span))
        .collect();
    let text = |credential: &Credential| {
        let span = whole.get(credential.address.as_str());
        ground.blobs.text(span.copied().unwrap_or(credential.span))
    };
    let stays = |credential: &Credential| {
        credential.rotated.value() != Some(&true)
            && credential.rotation.value().is_none()
            && credential.enabled.value() != Some(&false)
    };
    let all = estate.credentials.iter().zip(&estate.credential_of);
    let mut materials: Vec<Material> = all
        .filter(|(credential, _)| stays(credential))
        .map(|(credential, of)| Material {
            key: hash(&(
                credential.provider.text(),
                credential.kind.text(),
                credential.address.as_str(),
            )),
            value: hash(&text(credential)),
            of: match of {
                Link::To(id) => Some(key_of(&estate.identities[id.index()])),
                Link::Outside | Link::Dangling | Link::Unknown => None,
            },
            limit: ground
                .options
                .config
                .limit(credential.kind.text())
                .map(|seconds| seconds / 86_400),
        })
        .collect();
    materials.sort_by_key(|material| (material.key, material.value));
    materials.dedup_by_key(|material| (material.key, material.value));
    materials
}

fn codeowners(declarations: &[Declaration]) -> Option<FxHashSet<CompactString>> {
    let mut files = declarations
        .iter()
        .filter(|declaration| declaration.kind == "codeowners")
        .peekable();
    files.peek()?;
    let lines = files.flat_map(|file| file.body.as_list().unwrap_or_default());
    let names = lines.flat_map(|line| line.all("owners").filter_map(Node::as_str));
    Some(names.map(CompactString::from).collect())
}

fn files_of(estate: &Estate) -> FxHashSet<u32> {
    let identities = estate.identities.iter().map(|noun| noun.span);
    identities
        .chain(estate.credentials.iter().map(|noun| noun.span))
        .chain(estate.grants.iter().map(|noun| noun.span))
        .chain(estate.trusts.iter().map(|noun| noun.span))
        .map(|span| span.blob.0)
        .collect()
}

fn count(estate: &Estate, day: Date) -> Point {
    let mut standing = [0; 4];
    let mut ownerless = 0;
    for identity in &estate.identities {
        ownerless +=
            usize::from(identity.owner.is_absent() && identity.managed.value() != Some(&true));
        if identity.standing.value() == Some(&true) {
            let tier = identity.tier.value().copied().unwrap_or(4.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 1 to 4"
            )]
            let at = (tier as usize).clamp(1, 4) - 1;
            standing[at] += 1;
        }
    }
    let past = |date: &crate::model::Fact<Date>| date.value().is_some_and(|date| *date < day);
    let expired = estate
        .identities
        .iter()
        .filter(|identity| past(&identity.expires))
        .count()
        + estate
            .credentials
            .iter()
            .filter(|credential| past(&credential.expires))
            .count()
        + estate
            .grants
            .iter()
            .filter(|grant| past(&grant.expires))
            .count();
    Point {
        identities: estate.identities.len(),
        ownerless,
        standing,
        credentials: estate.credentials.len(),
        endless: estate
            .credentials
            .iter()
            .filter(|credential| credential.expires.is_absent() && credential.lifetime.is_absent())
            .count(),
        expired,
        grants: estate.grants.len(),
        lapsed: estate
            .leases
            .iter()
            .filter(|lease| past(&lease.expires))
            .count(),
        ..Point::default()
    }
}

fn keys<'a>(grants: impl Iterator<Item = &'a Grant>) -> Vec<u64> {
    let mut keys: Vec<u64> = grants.map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn hash(bytes: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    bytes.hash(&mut hasher);
    hasher.finish()
}
