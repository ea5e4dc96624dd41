//! What is set over the values of a chart where it is deployed from the same repository: by a HelmRelease of Flux, an
//! Application of Argo CD, a Kustomization that inflates it, or a chart that depends on it.
//!
//! <https://fluxcd.io/flux/components/helm/helmreleases/#values>, <https://argo-cd.readthedocs.io/en/stable/user-guide/helm/>,
//! <https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#_helmchartinflationgenerator_>,
//! <https://helm.sh/docs/chart_template_guide/subcharts_and_globals/>

use super::Charts;
use crate::format::{Declaration, Node, embedded};
use crate::source::folder::{file_name, join};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// One way in which a chart is deployed.
pub(super) struct Deployment<'a> {
    /// The folder of the chart as its deployer writes it, or its name.
    chart: String,
    /// Maps of values.
    maps: Vec<Cow<'a, Node>>,
    /// Single values: `rbac.create`, `true`.
    pairs: Vec<(&'a str, bool)>,
    /// Whether more is set that no file read here holds.
    open: bool,
}

impl<'a> Deployment<'a> {
    fn new(chart: &str) -> Self {
        Self {
            chart: chart.trim_start_matches("./").trim_matches('/').to_owned(),
            maps: Vec::new(),
            pairs: Vec::new(),
            open: false,
        }
    }

    /// Whether it deploys the chart in a folder: by its path, whatever the scan began at, or by its name.
    pub(super) fn is_of(&self, folder: &str) -> bool {
        let chart = self.chart.as_str();
        let below = || {
            folder
                .strip_suffix(chart)
                .is_some_and(|above| above.ends_with('/'))
        };
        !chart.is_empty() && (folder == chart || below())
    }

    /// Whether it may switch a value on.
    pub(super) fn switches_on(&self, path: &[&str]) -> bool {
        let dotted = path.join(".");
        let set = |map: &Cow<'_, Node>| map.at(path).and_then(Node::as_bool) == Some(true);
        self.open
            || self.maps.iter().any(set)
            || self.pairs.iter().any(|(name, on)| *on && *name == dotted)
    }

    fn file(&mut self, path: Option<String>, files: &FxHashMap<&str, &'a Declaration>) {
        match path.and_then(|path| files.get(path.as_str()).copied()) {
            Some(values) => self.maps.push(Cow::Borrowed(&*values.body)),
            None => self.open = true,
        }
    }
}

/// Deployments by the last part of what they deploy: few of many are of one chart.
pub(super) fn by_name<'d, 'a>(
    deployments: &'d [Deployment<'a>],
) -> FxHashMap<&'d str, Vec<&'d Deployment<'a>>> {
    let mut named: FxHashMap<&str, Vec<&Deployment<'a>>> = FxHashMap::default();
    for one in deployments {
        named.entry(file_name(&one.chart)).or_default().push(one);
    }
    named
}

/// Every deployment of a chart that the declarations tell of; `charts` are the values of those that stand here.
pub(super) fn deployments<'a>(
    declarations: &'a [Declaration],
    charts: &Charts<'a>,
) -> Vec<Deployment<'a>> {
    let values = charts.values().flatten();
    let files: FxHashMap<&str, &Declaration> = values
        .map(|values| (values.scope.path.as_str(), *values))
        .collect();
    let mut found = Vec::new();
    for object in declarations {
        let body = &*object.body;
        match object.kind.as_str() {
            "helm.toolkit.fluxcd.io/HelmRelease" => found.extend(release(body, &files)),
            "argoproj.io/Application" => application(body.get("spec"), &files, &mut found),
            "argoproj.io/ApplicationSet" => {
                application(body.at(&["spec", "template", "spec"]), &files, &mut found);
            }
            "kustomize.config.k8s.io/Kustomization" => {
                let charts = body.all("helmCharts");
                found.extend(charts.filter_map(|chart| inflated(chart, object, &files)));
            }
            "helm/Chart" => parents(object, charts, &mut found),
            _ => {}
        }
    }
    found
}

fn release<'a>(body: &'a Node, files: &FxHashMap<&str, &'a Declaration>) -> Option<Deployment<'a>> {
    let spec = body.get("spec")?;
    let chart = spec.at(&["chart", "spec"])?;
    let mut found = Deployment::new(chart.get("chart")?.as_str()?);
    found.maps.extend(spec.get("values").map(Cow::Borrowed));
    for file in chart.all("valuesFiles") {
        found.file(file.as_str().and_then(|path| join("", path)), files);
    }
    found.open |= spec.all("valuesFrom").next().is_some();
    Some(found)
}

fn application<'a>(
    spec: Option<&'a Node>,
    files: &FxHashMap<&str, &'a Declaration>,
    found: &mut Vec<Deployment<'a>>,
) {
    let sources = spec.into_iter();
    for source in sources.flat_map(|spec| spec.all("source").chain(spec.all("sources"))) {
        let text = |key: &str| source.get(key).and_then(Node::as_str);
        let Some(chart) = text("path").or_else(|| text("chart")) else {
            continue;
        };
        let mut own = Deployment::new(chart);
        let Some(helm) = source.get("helm") else {
            found.push(own);
            continue;
        };
        own.maps.extend(helm.get("valuesObject").map(Cow::Borrowed));
        let written = helm.get("values").map(embedded).unwrap_or_default();
        own.maps.extend(written.into_iter().map(Cow::Owned));
        for pair in helm.all("parameters") {
            let value = pair.get("value").and_then(Node::scalar);
            let on = value.is_some_and(|value| value.eq_ignore_ascii_case("true"));
            own.pairs.extend(
                pair.get("name")
                    .and_then(Node::as_str)
                    .map(|name| (name, on)),
            );
        }
        for file in helm.all("valueFiles") {
            let path = file.as_str().unwrap_or_default();
            // `$values/...` is a file of another source; what lies at the root of one here is tried.
            let path = match path.split_once('/') {
                Some((source, rest)) if source.starts_with('$') => join("", rest),
                _ => join(&own.chart, path),
            };
            own.file(path, files);
        }
        found.push(own);
    }
}

fn inflated<'a>(
    chart: &'a Node,
    object: &Declaration,
    files: &FxHashMap<&str, &'a Declaration>,
) -> Option<Deployment<'a>> {
    let mut found = Deployment::new(chart.get("name")?.as_str()?);
    found
        .maps
        .extend(chart.get("valuesInline").map(Cow::Borrowed));
    let also = chart.all("additionalValuesFiles");
    for file in chart.get("valuesFile").into_iter().chain(also) {
        let path = join(&object.scope.directory, file.as_str().unwrap_or_default());
        found.file(path, files);
    }
    Some(found)
}

/// What a chart sets for those that it depends on, under their names.
fn parents<'a>(chart: &'a Declaration, charts: &Charts<'a>, found: &mut Vec<Deployment<'a>>) {
    let folder = chart.scope.directory.as_str();
    let own = charts.get(folder).map_or(&[][..], Vec::as_slice);
    for dependency in chart.body.all("dependencies") {
        let text = |key: &str| dependency.get(key).and_then(Node::as_str);
        let Some(name) = text("name") else {
            continue;
        };
        let beside = text("repository").and_then(|from| from.strip_prefix("file://"));
        let path = match beside {
            Some(path) => join(folder, path),
            None => join(folder, &format!("charts/{}", file_name(name))),
        };
        let mut deployment = Deployment::new(&path.unwrap_or_default());
        let key = text("alias").unwrap_or(name);
        let maps = own.iter().filter_map(|values| values.body.get(key));
        deployment.maps.extend(maps.map(Cow::Borrowed));
        found.push(deployment);
    }
}
