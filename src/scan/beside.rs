//! What a change does to the rules that guard the access it gives: who must review, whether anybody must, what is checked.

use super::past::is_stored;
use super::same::key;
use crate::config::{Config, NAMES};
use crate::format::Declaration;
use crate::model::{Estate, Fact, Grant, Ownership, Set, Setting};
use crate::resolve::Routes;
use crate::source::folder::file_name;
use crate::source::{Blob, Blobs};
use rustc_hash::{FxHashMap, FxHashSet};

/// The side before a change.
pub(super) struct Before<'a> {
    pub(super) estate: &'a Estate,
    pub(super) declarations: &'a [Declaration],
    pub(super) blobs: &'a Blobs,
    /// Paths that the change touches and that both sides have, or only the old one.
    pub(super) touched: &'a FxHashSet<String>,
}

/// Marks the grants that the change adds or alters with what it does beside them, and the sign-ins that went back.
pub(super) fn mark(
    estate: &mut Estate,
    declarations: &[Declaration],
    blobs: &Blobs,
    before: &Before<'_>,
    config: &Config,
) {
    let known: FxHashSet<u64> = before.estate.grants.iter().map(key).collect();
    let files = Files::new(declarations, before);
    let everywhere = everywhere(estate, before, &files);
    let mut routes = (
        Routes::new(before.declarations, config),
        Routes::new(declarations, config),
    );
    for grant in &mut estate.grants {
        if known.contains(&key(grant)) || files.had(grant, blobs) {
            continue;
        }
        let path = blobs.path(grant.span);
        let mut beside = Set::default();
        let (old, new) = (routes.0.of(path), routes.1.of(path));
        if let Some(old) = names(old.as_ref())
            && Some(old) != names(new.as_ref())
        {
            beside.push("owners", grant.span);
        }
        for what in &everywhere {
            beside.push(*what, grant.span);
        }
        grant.beside = beside;
    }
    went_back(estate, before, blobs);
}

/// The files that declare something, on both sides.
struct Files<'a> {
    old: FxHashSet<&'a str>,
    new: FxHashSet<&'a str>,
    touched: &'a FxHashSet<String>,
    /// What the files held that are no longer there.
    gone: FxHashSet<&'a [u8]>,
}

impl<'a> Files<'a> {
    fn new(declarations: &'a [Declaration], before: &Before<'a>) -> Self {
        let paths = |side: &'a [Declaration]| -> FxHashSet<&'a str> {
            let paths = side.iter().map(|own| own.scope.path.as_str());
            paths.collect()
        };
        let (old, new) = (paths(before.declarations), paths(declarations));
        let gone = before.blobs.iter().map(|(_, blob)| blob);
        let gone = gone.filter(|blob| {
            let path = blob.path.as_str();
            old.contains(path) && !new.contains(path) && !blob.bytes().is_empty()
        });
        Self {
            gone: gone.map(Blob::bytes).collect(),
            touched: before.touched,
            old,
            new,
        }
    }

    /// Whether a grant was there already, though it reads otherwise: its file got another name, or its file stayed as it was
    /// and what names its principal is no longer known.
    fn had(&self, grant: &Grant, blobs: &Blobs) -> bool {
        let blob = blobs.get(grant.span.blob);
        let whole = !grant.to.is_unknown() && !grant.to.text().contains("${");
        match self.old.contains(blob.path.as_str()) {
            true => !self.touched.contains(&blob.path) && !whole,
            false => self.gone.contains(blob.bytes()),
        }
    }
}

fn names(ownership: Option<&Ownership>) -> Option<FxHashSet<String>> {
    match ownership {
        Some(Ownership::Owned { owner, .. }) => {
            Some(owner.split([' ', ',']).map(str::to_lowercase).collect())
        }
        _ => None,
    }
}

/// What the change does that matters wherever a grant stands.
fn everywhere(estate: &Estate, before: &Before<'_>, files: &Files<'_>) -> Vec<&'static str> {
    let mut done = Vec::new();
    if lowered(before, estate, files) {
        done.push("review");
    }
    if before.touched.iter().any(|path| is_policy(path)) {
        done.push("policy");
    }
    done
}

/// Whether a file says what is checked: this tool's configuration, a policy in its own language, what a scanner leaves out.
fn is_policy(path: &str) -> bool {
    let name = file_name(path);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let own = NAMES.contains(&path) || path.starts_with(".tenure/rules/");
    let scanners = [
        ".checkov.yaml",
        ".checkov.yml",
        ".trivyignore",
        ".trivyignore.yaml",
        "trivy.yaml",
        ".tfsec.yml",
        ".tfsec.yaml",
        "zizmor.yml",
        ".gitleaks.toml",
        ".gitleaksignore",
    ];
    own || scanners.contains(&name) || (ends(&[".rego", ".sentinel"]) && !ends(&["_test.rego"]))
}

/// Switches of a review: name, whether it is a review when on, whether a deleted one was lowered.
const REVIEWS: &[(&str, bool, bool)] = &[
    ("review_required", true, true),
    ("code_owner_review", true, true),
    ("last_push_approval", true, true),
    ("activation_approval", true, false),
    ("environment_reviewers", true, false),
    ("environment_self_review", false, false),
    ("own_change_approval", false, false),
    ("committer_approval", false, false),
    ("requester_approves", false, false),
    ("workflow_may_approve", false, false),
];

/// Whether a review that was asked for no longer is, or one by fewer people. What goes with its whole file is kept elsewhere
/// from then on, for all that is known.
fn lowered(before: &Before<'_>, new: &Estate, files: &Files<'_>) -> bool {
    let old = before.estate;
    let (asked_before, after) = (asked(old), asked(new));
    let stays = |name: &str, of: &str| {
        let settings = old.settings.iter();
        settings
            .filter(|setting| setting.name.text() == name && setting.of.text() == of)
            .any(|setting| files.new.contains(before.blobs.path(setting.span)))
    };
    let switched = asked_before.iter().any(|((name, of), asked)| {
        let kept = REVIEWS
            .iter()
            .any(|(own, _, deleted)| own == name && *deleted && stays(name, of));
        match after.get(&(*name, *of)) {
            Some(now) => *asked && !now,
            None => *asked && kept && !after.keys().any(|(own, _)| own == name),
        }
    });
    let count = |estate: &Estate| -> FxHashMap<String, f64> {
        let settings = estate.settings.iter();
        let counts = settings.filter(|setting| setting.name.text() == "review_count");
        counts
            .filter_map(|setting| Some((setting.of.text().to_owned(), *setting.number.value()?)))
            .collect()
    };
    let now = count(new);
    switched
        || count(old)
            .iter()
            .any(|(of, many)| now.get(of).is_some_and(|now| now < many))
}

/// Whether each review is asked for, by its switch and what that belongs to. What is not known counts as asked for on both
/// sides.
fn asked(estate: &Estate) -> FxHashMap<(&'static str, &str), bool> {
    let mut found = FxHashMap::default();
    for setting in &estate.settings {
        let Some((name, good, _)) = REVIEWS
            .iter()
            .find(|(name, ..)| setting.name.text() == *name)
        else {
            continue;
        };
        let own = found.entry((*name, setting.of.text())).or_insert(false);
        *own |= is_on(setting).is_none_or(|on| on == *good);
    }
    found
}

fn is_on(setting: &Setting) -> Option<bool> {
    match &setting.flag {
        Fact::Absent => Some(false),
        flag => flag.value().copied(),
    }
}

/// Marks sign-ins with a stored key in files that signed in with their own token before and do no longer.
fn went_back(estate: &mut Estate, before: &Before<'_>, blobs: &Blobs) {
    let tokens = |estate: &Estate, blobs: &Blobs| -> FxHashSet<(String, String)> {
        let usages = estate.usages.iter();
        usages
            .filter(|usage| usage.method.text() == "oidc")
            .map(|usage| {
                (
                    blobs.path(usage.span).to_owned(),
                    usage.provider.text().to_owned(),
                )
            })
            .collect()
    };
    let (old, new) = (tokens(before.estate, before.blobs), tokens(estate, blobs));
    for usage in &mut estate.usages {
        let at = (
            blobs.path(usage.span).to_owned(),
            usage.provider.text().to_owned(),
        );
        if is_stored(usage.method.text()) && old.contains(&at) && !new.contains(&at) {
            usage.was = Fact::given("oidc");
        }
    }
}
