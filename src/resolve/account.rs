//! Which service account of the run a name means, and whether one that no file defines can still be there.

use super::name::meet;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Id};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// Service accounts by name, and who may make others.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// Account name to namespace (none where no file says it) and identity.
    by_name: FxHashMap<CompactString, Vec<(Option<CompactString>, Id)>>,
    /// Name and identity by namespace.
    by_namespace: FxHashMap<CompactString, Vec<(CompactString, Id)>>,
    /// Namespaces in which a chart that is not in the run may make accounts.
    charts: FxHashSet<CompactString>,
    /// Whether such a chart goes into a namespace that is not told.
    anywhere: bool,
}

/// What a name comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// These identities; one, but for namesakes of several roots.
    Some(Vec<Id>),
    /// The cluster makes it.
    Platform,
    /// Nothing defines it.
    Missing,
    /// Cannot be told.
    Open,
}

/// Accounts of `kube-system` that the cluster's own controllers wear end in one of these.
const CONTROLLERS: &[&str] = &[
    "-controller",
    "-collector",
    "-binder",
    "-autoscaler",
    "-publisher",
];

impl Accounts {
    /// Indexes the accounts of an estate.
    pub(super) fn new(estate: &Estate, declarations: &[Declaration]) -> Self {
        let mut accounts = Self::default();
        for (index, identity) in estate.identities.iter().enumerate() {
            let kubernetes = identity.provider.text() == "kubernetes";
            if !kubernetes || identity.kind.text() != "service_account" {
                continue;
            }
            let id = Id(u32::try_from(index).unwrap_or(u32::MAX));
            match identity.name.value() {
                Some(name) => accounts.add(name, identity.namespace.value(), id),
                None => accounts.chart(identity.namespace.value().cloned()),
            }
        }
        for declaration in declarations {
            if let Some(namespace) = chart(declaration) {
                accounts.chart(namespace);
            }
        }
        accounts
    }

    fn add(&mut self, name: &CompactString, namespace: Option<&CompactString>, id: Id) {
        let list = self.by_name.entry(name.clone()).or_default();
        list.push((namespace.cloned(), id));
        if let Some(namespace) = namespace {
            let list = self.by_namespace.entry(namespace.clone()).or_default();
            list.push((name.clone(), id));
        }
    }

    fn chart(&mut self, namespace: Option<CompactString>) {
        match namespace {
            Some(namespace) => {
                self.charts.insert(namespace);
            }
            None => self.anywhere = true,
        }
    }

    /// The accounts of this name. One whose manifest leaves the namespace open stands for any.
    pub(super) fn find(&self, namespace: Option<&str>, name: &str) -> Found {
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let ids = |test: &dyn Fn(&Option<CompactString>) -> bool| -> Vec<Id> {
            let fit = all.iter().filter(|(own, _)| test(own));
            fit.map(|(_, id)| *id).collect()
        };
        let exact = ids(&|own| own.is_some() && own.as_deref() == namespace);
        if !exact.is_empty() {
            return Found::Some(exact);
        }
        // Every namespace has its own `default`: where one is left open, it is not the one of another.
        let open = ids(&|own| match name {
            "default" => own.is_none() && namespace.is_none(),
            _ => own.is_none() || namespace.is_none(),
        });
        if !open.is_empty() {
            return Found::Some(open);
        }
        let Some(namespace) = namespace else {
            return Found::Open;
        };
        let controller = CONTROLLERS.iter().any(|end| name.ends_with(end));
        if name == "default" || (namespace == "kube-system" && controller) {
            Found::Platform
        } else if self.anywhere || self.charts.contains(namespace) {
            Found::Open
        } else {
            Found::Missing
        }
    }

    /// Accounts that a namespace and name pattern mean, `most` of them. A pattern for every namespace names nobody in
    /// particular, but for accounts of one name.
    pub(super) fn matching(&self, namespace: &str, name: &str, most: usize) -> Vec<Id> {
        let wild = |text: &str| text.contains(['*', '?']);
        let mut found: Vec<Id> = match (wild(namespace), wild(name)) {
            (true, true) => Vec::new(),
            (_, false) => {
                let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
                let fits = |own: &Option<CompactString>| match own {
                    Some(own) => meet(own, namespace),
                    None => true,
                };
                let fit = all.iter().filter(|(own, _)| fits(own));
                fit.map(|(_, id)| *id).take(most).collect()
            }
            (false, true) => {
                let all = self.by_namespace.get(namespace);
                let all = all.map_or(&[][..], Vec::as_slice);
                let fit = all.iter().filter(|(own, _)| meet(own, name));
                fit.map(|(_, id)| *id).take(most).collect()
            }
        };
        found.sort_unstable();
        found
    }
}

/// The namespace a chart goes to, when the declaration installs one that is not in the run.
fn chart(declaration: &Declaration) -> Option<Option<CompactString>> {
    let body = &declaration.body;
    let at = |path: &[&str]| body.at(path).and_then(Node::scalar);
    let own = || declaration.scope.namespace.clone();
    match declaration.kind.as_str() {
        "helm.toolkit.fluxcd.io/HelmRelease" => Some(at(&["spec", "targetNamespace"]).or_else(own)),
        "argoproj.io/Application" => Some(at(&["spec", "destination", "namespace"])),
        "helm.cattle.io/HelmChart" => Some(at(&["spec", "targetNamespace"]).or_else(own)),
        "helm_release" => Some(at(&["namespace"])),
        "argoproj.io/ApplicationSet" => Some(None),
        "kustomize.config.k8s.io/Kustomization" => {
            let charts = body.get("helmCharts").is_some();
            let remote = body
                .all("resources")
                .filter_map(Node::as_str)
                .any(|path| path.contains("://") || path.contains("?ref="));
            (charts || remote).then(|| at(&["namespace"]))
        }
        _ => None,
    }
}
