//! Who answers for an identity: the first step of the ladder that does.
//!
//! A lease; own tags and owner attributes; what binds it (provider defaults, overlays, charts); what it lives in (its namespace,
//! project or account); the nearest catalogue file; CODEOWNERS; the configuration; MAINTAINERS. A step that cannot be followed ends the
//! climb: what may be written is not missing.

mod catalogue;
mod codeowners;
mod pattern;
mod review;
mod scope;

pub(super) use review::declare;

use super::lease;
use super::tags::{self, Tag};
use crate::config::Config;
use crate::format::Declaration;
use crate::judge::owner::{is_key, is_owner, rank};
use crate::model::{Estate, Fact, Id, Identity, Noun, OwnerStep, Ownership, Strength};
use crate::source::Span;
use catalogue::Catalogue;
use codeowners::{Codeowners, Verdict};
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use scope::Scopes;

/// Whether an owner that is named at a place is known: to the revision that is trusted to say so.
pub type Known<'k> = &'k dyn Fn(&str, Span) -> bool;

/// Fills `ownership`, and `owner` and `owner_step` of every identity.
pub(super) fn settle(
    estate: &mut Estate,
    declarations: &[Declaration],
    config: &Config,
    known: Option<Known<'_>>,
) {
    let by_address: FxHashMap<&str, &Declaration> = declarations
        .iter()
        .map(|declaration| (declaration.address.as_str(), declaration))
        .collect();
    let mut ladder = Ladder {
        scopes: Scopes::new(declarations),
        catalogue: Catalogue::new(declarations),
        routes: Routes::new(declarations, config),
        known,
        newcomers: Vec::new(),
    };
    estate.ownership.clear();
    estate.newcomers.clear();
    let mut leased: Vec<Option<Ownership>> = vec![None; estate.identities.len()];
    if !estate.leases.is_empty() {
        for (subject, leased) in estate.subjects(Noun::Identity).zip(&mut leased) {
            *leased = lease::owner(estate, subject.id);
        }
    }
    for (index, (identity, leased)) in estate.identities.iter_mut().zip(leased).enumerate() {
        let address = identity.address.as_str();
        let file = address
            .split_once("#jobs.")
            .map_or(address, |(file, _)| file);
        let declaration = by_address.get(address).or_else(|| by_address.get(file));
        let answer = leased.unwrap_or_else(|| ladder.climb(identity, declaration.copied()));
        write(identity, &answer);
        estate.ownership.push(answer);
        let id = Id(u32::try_from(index).unwrap_or(u32::MAX));
        let newcomers = ladder.newcomers.drain(..);
        estate
            .newcomers
            .extend(newcomers.map(|(name, span)| (id, name, span)));
    }
}

fn write(identity: &mut Identity, answer: &Ownership) {
    match answer {
        Ownership::Owned {
            owner, step, span, ..
        } => {
            identity.owner = match span {
                Some(span) => Fact::Known(owner.clone(), *span),
                None => Fact::Default(owner.clone()),
            };
            identity.owner_step = Fact::given(step.word());
        }
        Ownership::Unknown(span) => {
            identity.owner = Fact::Unknown(*span);
            identity.owner_step = Fact::Unknown(*span);
        }
        Ownership::Nobody => {
            identity.owner = Fact::Absent;
            identity.owner_step = Fact::Absent;
        }
    }
}

/// Everything that can answer.
struct Ladder<'a> {
    scopes: Scopes<'a>,
    catalogue: Catalogue,
    routes: Routes<'a>,
    /// Says whether an owner is known; none where every owner counts.
    known: Option<Known<'a>>,
    /// Owners that were passed over for it.
    newcomers: Vec<(CompactString, Span)>,
}

/// Who answers for a file: what CODEOWNERS says of its path, else the configuration, else MAINTAINERS.
#[derive(Debug)]
pub struct Routes<'a> {
    codeowners: Vec<Codeowners>,
    maintainers: Option<(CompactString, Span)>,
    config: &'a Config,
    /// What CODEOWNERS says, by path.
    verdicts: FxHashMap<CompactString, Option<Verdict>>,
}

impl<'a> Routes<'a> {
    /// The files in force among the declarations.
    #[must_use]
    pub fn new(declarations: &[Declaration], config: &'a Config) -> Self {
        Self {
            codeowners: codeowners::files(declarations),
            maintainers: maintainers(declarations),
            config,
            verdicts: FxHashMap::default(),
        }
    }

    /// Who answers for a path; nobody is named for most.
    pub fn of(&mut self, path: &str) -> Option<Ownership> {
        self.first(&[path.into()])
    }

    /// Who answers for one of several paths. A rule for everything says less than one for any of them.
    fn first(&mut self, paths: &[CompactString]) -> Option<Ownership> {
        let mut weak = None;
        for path in paths {
            let Some(verdict) = self.verdict(path) else {
                continue;
            };
            if !is_owner(&verdict.owners) {
                continue;
            }
            match verdict.everything {
                true => weak = weak.or(verdict.answer()),
                false => return verdict.answer(),
            }
        }
        weak.or_else(|| paths.iter().find_map(|path| configured(self.config, path)))
            .or_else(|| everything(self.maintainers.as_ref()))
    }

    fn verdict(&mut self, path: &CompactString) -> Option<Verdict> {
        if let Some(known) = self.verdicts.get(path) {
            return known.clone();
        }
        let found = codeowners::verdict(&self.codeowners, path);
        self.verdicts.insert(path.clone(), found.clone());
        found
    }
}

/// What one step says: an answer, that it cannot be followed, or nothing.
enum Said {
    Owner(CompactString, Option<Span>),
    Unknown(Option<Span>),
    Nothing,
}

impl Said {
    fn answer(self, step: OwnerStep, strength: Strength) -> Option<Ownership> {
        match self {
            Said::Owner(owner, span) => Some(Ownership::Owned {
                owner,
                step,
                strength,
                span,
            }),
            Said::Unknown(span) => Some(Ownership::Unknown(span)),
            Said::Nothing => None,
        }
    }
}

impl Ladder<'_> {
    fn climb(&mut self, identity: &Identity, declaration: Option<&Declaration>) -> Ownership {
        let tags = declaration.map(tags::of).unwrap_or_default();
        let keys = &self.routes.config.owner_keys;
        let own = declared(identity).answer(OwnerStep::Own, Strength::Declared);
        self.known(own)
            .or_else(|| {
                let said = said(&tags.own, tags.open, keys);
                self.known(said.answer(OwnerStep::Own, Strength::Declared))
            })
            .or_else(|| {
                let said = said(&tags.parent, tags.parent_open, keys);
                self.known(said.answer(OwnerStep::Parent, Strength::Inherited))
            })
            .or_else(|| {
                let said = self.scopes.said(identity, declaration, keys);
                self.known(said.answer(OwnerStep::Scope, Strength::Inherited))
            })
            .or_else(|| {
                let answer = self.beside(identity, declaration?);
                self.known(answer)
            })
            .or_else(|| {
                let answer = self.by_path(declaration?);
                self.known(answer)
            })
            .unwrap_or_default()
    }

    /// An answer, unless its owner is a newcomer.
    fn known(&mut self, answer: Option<Ownership>) -> Option<Ownership> {
        if let Some(Ownership::Owned {
            owner,
            span: Some(span),
            ..
        }) = &answer
            && self.known.is_some_and(|known| !known(owner, *span))
        {
            self.newcomers.push((owner.clone(), *span));
            return None;
        }
        answer
    }

    /// Catalogue files of the folder that is applied, then of the one it is written in.
    fn beside(&self, identity: &Identity, declaration: &Declaration) -> Option<Ownership> {
        let name = identity.name.text();
        let scope = &declaration.scope;
        let (owner, span) = self
            .catalogue
            .nearest(&scope.root, name)
            .or_else(|| self.catalogue.nearest(&scope.directory, name))?;
        Said::Owner(owner, Some(span)).answer(OwnerStep::Catalogue, Strength::Inferred)
    }

    fn by_path(&mut self, declaration: &Declaration) -> Option<Ownership> {
        let scope = &declaration.scope;
        let mut paths = vec![scope.path.clone()];
        // What a shared module makes belongs to the root that calls it.
        if scope.root != scope.directory && !scope.through.is_empty() {
            let file = scope.path.rsplit('/').next().unwrap_or_default();
            let root = match scope.root.is_empty() {
                true => file.into(),
                false => compact_str::format_compact!("{}/{file}", scope.root),
            };
            paths.insert(0, root);
        }
        self.routes.first(&paths)
    }
}

impl Verdict {
    fn answer(self) -> Option<Ownership> {
        let step = match self.everything {
            true => OwnerStep::CatchAll,
            false => OwnerStep::Codeowners,
        };
        Said::Owner(self.owners, Some(self.span)).answer(step, Strength::Inferred)
    }
}

/// The file that says in prose who maintains the repository, for want of one that a tool can read.
fn maintainers(declarations: &[Declaration]) -> Option<(CompactString, Span)> {
    let file = declarations
        .iter()
        .find(|declaration| declaration.kind == "maintainers")?;
    Some((file.scope.path.clone(), file.span))
}

/// Whoever maintains the repository answers for all of it, in a weak sense.
fn everything(maintainers: Option<&(CompactString, Span)>) -> Option<Ownership> {
    let (file, span) = maintainers?;
    Said::Owner(file.clone(), Some(*span)).answer(OwnerStep::CatchAll, Strength::Inferred)
}

fn configured(config: &Config, path: &str) -> Option<Ownership> {
    let owner = config.owner_of(path)?;
    Said::Owner(owner.into(), None).answer(OwnerStep::Config, Strength::Inferred)
}

/// Owners that an attribute made for it names. The identity that applies the configuration owns nothing in this sense.
fn declared(identity: &Identity) -> Said {
    let set = &identity.declared_owners;
    let caller = |text: &str| text.contains("client_config") || text.contains("caller_identity");
    let named = set
        .items
        .iter()
        .find(|(text, _)| is_owner(text) && !caller(text));
    let open = set.items.iter().find(|(text, _)| caller(text));
    match (named, open) {
        (Some((owner, span)), _) => Said::Owner(owner.clone(), Some(*span)),
        (None, Some((_, span))) => Said::Unknown(Some(*span)),
        (None, None) if !set.complete => Said::Unknown(None),
        (None, None) => Said::Nothing,
    }
}

/// What tags say: the key that names an owner most plainly and holds one. Placeholders say nothing.
fn said(tags: &[Tag], open: Option<Span>, keys: &[String]) -> Said {
    let plainness = |key: &str| match is_key(key, keys) {
        true => Some(0),
        false => rank(key),
    };
    let mut named: Vec<(usize, &Tag)> = tags
        .iter()
        .filter_map(|tag| Some((plainness(&tag.key)?, tag)))
        .collect();
    named.sort_by_key(|(rank, _)| *rank);
    let mut unknown = None;
    for (_, tag) in named {
        match &tag.value {
            Fact::Known(value, span) if is_owner(value) => {
                return Said::Owner(value.trim().into(), Some(*span));
            }
            Fact::Unknown(span) => unknown = unknown.or(Some(*span)),
            _ => {}
        }
    }
    match (unknown, open) {
        (Some(span), _) => Said::Unknown(span),
        (None, Some(span)) => Said::Unknown(Some(span)),
        (None, None) => Said::Nothing,
    }
}
