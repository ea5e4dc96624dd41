//! What an identity's grants, credentials, trusts and usages come to: its highest level, whether that stands without end,
//! how many there are, and in which environments it is worn.

use crate::model::{self, Estate, Fact, Grant, Identity, Link, Noun, Set, Subject};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Fills level, standing, counts and environments of every identity. The estate's index is made.
pub(super) fn settle(estate: &mut Estate) {
    let namesakes = Namesakes::new(estate);
    for at in 0..estate.identities.len() {
        let id = crate::model::Id(u32::try_from(at).unwrap_or(u32::MAX));
        let tied = |noun| {
            estate
                .tied(noun, id)
                .map(|subject: Subject| subject.id.index())
        };
        let grants: Vec<usize> = tied(Noun::Grant).collect();
        let usages: Vec<usize> = tied(Noun::Usage).collect();
        let counts = [
            grants.len(),
            tied(Noun::Credential).count(),
            tied(Noun::Trust).count(),
            usages.len(),
        ];
        let of = |indexes: &[usize]| -> Vec<&Grant> {
            let counted = indexes.iter().map(|index| &estate.grants[*index]);
            counted.filter(|grant| is_own(grant)).collect()
        };
        let (level, standing) = (level(&of(&grants)), standing(&of(&grants)));
        let environments = environments(estate, &usages);
        let identity = &mut estate.identities[at];
        fill(identity, level, standing, counts);
        identity.environments = environments;
        if counts[0] == 0 && namesakes.may_be(identity) {
            identity.grants = Fact::Unknown(None);
            identity.level = Fact::Unknown(None);
        }
    }
}

/// Rights of service accounts by name that may be those of an account they are not tied to: several overlays define the account
/// they name, or one leaves open in which namespace it makes it.
struct Namesakes {
    /// By the account's name: the namespace that the grant says, and whether it is tied to an account.
    granted: FxHashMap<CompactString, Vec<(CompactString, bool)>>,
}

impl Namesakes {
    fn new(estate: &Estate) -> Self {
        let mut granted: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (grant, link) in estate.grants.iter().zip(&estate.grant_of) {
            let Some((before, name)) = grant.to.text().rsplit_once("ServiceAccount/") else {
                continue;
            };
            let namespace = before.trim_end_matches('/');
            let tied = matches!(link, Link::To(_));
            let rights = granted.entry(CompactString::from(name)).or_default();
            let right = (CompactString::from(namespace), tied);
            if !rights.contains(&right) {
                rights.push(right);
            }
        }
        Self { granted }
    }

    /// Whether a right may be this account's, which has none of its own.
    fn may_be(&self, identity: &Identity) -> bool {
        if identity.kind.text() != "service_account" || identity.name.text() == "default" {
            return false;
        }
        let Some(rights) = self.granted.get(identity.name.text()) else {
            return false;
        };
        let own = identity.namespace.text();
        rights.iter().any(|(namespace, tied)| {
            own.is_empty() || (!tied && (namespace.is_empty() || namespace == own))
        })
    }
}

fn fill(
    identity: &mut Identity,
    level: Fact<CompactString>,
    standing: Fact<bool>,
    counts: [usize; 4],
) {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let [grants, credentials, trusts, usages] = counts.map(|count| Fact::Default(count as f64));
    identity.level = level;
    identity.standing = standing;
    identity.grants = grants;
    identity.credentials = credentials;
    identity.trusts = trusts;
    identity.usages = usages;
}

/// Whether a grant is a right of the identity at large: what a single resource's or key's own policy lets it do is not.
fn is_own(grant: &Grant) -> bool {
    !matches!(grant.policy.text(), "resource" | "key")
}

fn level(grants: &[&Grant]) -> Fact<CompactString> {
    let known = grants.iter().filter_map(|grant| {
        let level = grant.level.value()?;
        Some((
            model::rank(level),
            level,
            grant.level.span().unwrap_or(grant.span),
        ))
    });
    let highest = known.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.2.cmp(&a.2)));
    let open = grants.iter().find(|grant| grant.level.is_unknown());
    match (highest, open) {
        (Some((rank, level, span)), _) if rank >= model::rank("escalate") => {
            Fact::Known(level.clone(), span)
        }
        (_, Some(grant)) => Fact::Unknown(grant.level.span().or(Some(grant.span))),
        (Some((_, level, span)), None) => Fact::Known(level.clone(), span),
        (None, None) => Fact::given("none"),
    }
}

/// Whether a grant of admin or escalate level holds without end or condition.
fn standing(grants: &[&Grant]) -> Fact<bool> {
    let high = |grant: &&&Grant| {
        let level = grant.level.text();
        level == "admin" || level == "escalate"
    };
    let (mut sure, mut open): (Option<Span>, Option<Span>) = (None, None);
    for grant in grants.iter().filter(high) {
        match stands(grant) {
            Some(true) => sure = sure.or(Some(grant.span)),
            Some(false) => {}
            None => open = open.or(Some(grant.span)),
        }
    }
    let unknown = grants.iter().find(|grant| grant.level.is_unknown());
    match (sure, open, unknown) {
        (Some(span), _, _) => Fact::Known(true, span),
        (None, Some(span), _) => Fact::Unknown(Some(span)),
        (None, None, Some(grant)) => Fact::Unknown(Some(grant.span)),
        (None, None, None) => Fact::Default(false),
    }
}

fn stands(grant: &Grant) -> Option<bool> {
    if grant.activation.is_unknown() || grant.expires.is_unknown() {
        return None;
    }
    let bound = grant.expires.value().is_some()
        || grant.lifetime.value().is_some()
        || !grant.conditions.items.is_empty();
    let standing = matches!(grant.activation.text(), "" | "standing");
    match (standing && !bound, grant.conditions.complete) {
        (true, false) => None,
        (answer, _) => Some(answer),
    }
}

fn environments(estate: &Estate, usages: &[usize]) -> Set {
    let mut set = Set::default();
    for &index in usages {
        let usage = &estate.usages[index];
        match &usage.environment {
            Fact::Known(name, _) | Fact::Default(name) => {
                if !set.contains(name) {
                    let span = usage.environment.span().unwrap_or(usage.span);
                    set.push(name.clone(), span);
                }
            }
            Fact::Unknown(_) => set.complete = false,
            Fact::Absent => {}
        }
    }
    set
}
