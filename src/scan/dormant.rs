//! Objects of a chart that are not there unless somebody switches them on: a template writes them behind a value that is
//! `false` in the chart's own values, and nothing that deploys the chart from here sets it. What is said of them is for the
//! strict profile.

mod deployer;

use crate::finding::Finding;
use crate::format::{Declaration, Node, guards};
use crate::rule::Profile;
use crate::source::Blobs;
use crate::source::folder::file_name;
use deployer::Deployment;
use rustc_hash::FxHashMap;

/// The values of each chart, by its folder: what its authors set, then other files of values beside it.
type Charts<'a> = FxHashMap<&'a str, Vec<&'a Declaration>>;

/// Leaves findings about such objects to the strict profile, with the value that switches them on.
pub(super) fn quiet(findings: &mut [Finding], declarations: &[Declaration], blobs: &Blobs) {
    let mut charts = Charts::default();
    for values in declarations
        .iter()
        .filter(|values| values.language == "helm")
    {
        let folder = values.scope.directory.as_str();
        charts.entry(folder).or_default().push(values);
    }
    if charts.is_empty() {
        return;
    }
    let deployments = deployer::deployments(declarations, &charts);
    let of = deployer::by_name(&deployments);
    let mut decided: FxHashMap<&str, Values<'_>> = FxHashMap::default();
    let mut known = FxHashMap::default();
    for finding in findings.iter_mut().filter(|found| found.secret.is_none()) {
        let path = blobs.path(finding.span);
        let Some((folder, files)) = chart(path).and_then(|folder| charts.get_key_value(folder))
        else {
            continue;
        };
        let values = decided.entry(folder).or_insert_with(|| {
            let named = of.get(file_name(folder)).into_iter().flatten().copied();
            Values {
                files,
                deployments: named.filter(|one| one.is_of(folder)).collect(),
            }
        });
        let places = known.entry(finding.span.blob).or_insert_with(|| {
            let text = std::str::from_utf8(blobs.get(finding.span.blob).bytes());
            guards(text.unwrap_or_default(), |condition| {
                values.off(condition).is_some()
            })
        });
        let after = places.partition_point(|(start, _)| *start < finding.span.range().start);
        let condition = after.checked_sub(1).and_then(|last| places[last].1);
        if let Some(value) = condition.and_then(|condition| values.off(condition)) {
            finding.profile = finding.profile.max(Profile::Strict);
            let told = ("off_by_default".to_owned(), value.to_owned());
            finding.properties.push(told);
            finding.properties.sort();
        }
    }
}

/// The folder of the chart that a template is part of.
fn chart(path: &str) -> Option<&str> {
    match path.split_once("templates/") {
        Some(("", _)) => Some(""),
        Some((folder, _)) => folder.strip_suffix('/'),
        None => None,
    }
}

/// What decides about the values of one chart.
struct Values<'v> {
    files: &'v [&'v Declaration],
    deployments: Vec<&'v Deployment<'v>>,
}

impl Values<'_> {
    /// The value that a condition waits for, where the chart has it off and neither another file of values nor who deploys the
    /// chart switches it on. Only a value by itself or several with `and` are understood.
    fn off<'c>(&self, condition: &'c str) -> Option<&'c str> {
        let asked = condition.strip_prefix("and ").unwrap_or(condition);
        if asked.contains(['(', '|', '"']) || (asked.contains(' ') && asked == condition) {
            return None;
        }
        asked.split_whitespace().find(|value| {
            let Some(path) = value.strip_prefix(".Values.") else {
                return false;
            };
            let path: Vec<&str> = path.split('.').collect();
            let set = |wanted: bool, own: bool| {
                self.files.iter().any(|file| {
                    own == is_own(file)
                        && file.body.at(&path).and_then(Node::as_bool) == Some(wanted)
                })
            };
            let deployed = || self.deployments.iter().any(|one| one.switches_on(&path));
            set(false, true) && !set(true, false) && !deployed()
        })
    }
}

/// Whether a file is the one that the chart ships with.
fn is_own(values: &Declaration) -> bool {
    matches!(values.name.as_str(), "values.yaml" | "values.yml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Scope;

    fn values(name: &str, body: Node) -> Declaration {
        Declaration {
            language: "helm",
            kind: "values".into(),
            name: name.into(),
            address: name.into(),
            body: body.into(),
            span: crate::source::Span::default(),
            head: crate::source::Span::default(),
            scope: Scope::default(),
        }
    }

    fn read(text: &str) -> Node {
        let node = Node::string(crate::source::Span::default(), text);
        crate::format::embedded(&node).remove(0)
    }

    fn off<'c>(condition: &'c str, files: &[&Declaration]) -> Option<&'c str> {
        let deployments = Vec::new();
        Values { files, deployments }.off(condition)
    }

    #[test]
    fn a_value_that_is_off_and_that_nothing_switches_on() {
        let own = values("values.yaml", read("rbac: {create: false, pods: true}\n"));
        let other = values("values-prod.yaml", read("rbac: {create: true}\n"));
        let asked = ".Values.rbac.create";
        assert_eq!(off(asked, &[&own]), Some(asked));
        assert_eq!(
            off("and .Values.rbac.pods .Values.rbac.create", &[&own]),
            Some(asked)
        );
        assert_eq!(off(asked, &[&own, &other]), None);
        assert_eq!(off(".Values.rbac.pods", &[&own]), None);
        assert_eq!(off(".Values.missing", &[&own]), None);
        assert_eq!(off("not .Values.rbac.create", &[&own]), None);
        assert_eq!(off("or .Values.rbac.create .Values.x", &[&own]), None);
    }

    #[test]
    fn who_deploys_a_chart_switches_its_values_on() {
        let own = values("values.yaml", read("rbac: {create: false}\n"));
        let asked = ".Values.rbac.create";
        let judged = |kind: &str, text: &str| {
            let mut object = values(kind, read(text));
            object.language = "kubernetes";
            object.kind = kind.into();
            let objects = [object];
            let deployments = deployer::deployments(&objects, &Charts::default());
            let of = deployments.iter().filter(|one| one.is_of("x/charts/app"));
            let decided = Values {
                files: &[&own],
                deployments: of.collect(),
            };
            decided.off(asked).is_some()
        };
        let release = "helm.toolkit.fluxcd.io/HelmRelease";
        let flux = |chart: &str, values: &str| {
            let text = format!("spec: {{chart: {{spec: {{chart: {chart}}}}}, {values}}}\n");
            judged(release, &text)
        };
        assert!(!flux("./charts/app", "values: {rbac: {create: true}}"));
        assert!(!flux("app", "valuesFrom: [{kind: ConfigMap, name: x}]"));
        assert!(flux("./charts/app", "values: {rbac: {create: false}}"));
        assert!(flux("./charts/other", "values: {rbac: {create: true}}"));
        let argo = |helm: &str| {
            let text = format!("spec: {{source: {{path: charts/app, helm: {{{helm}}}}}}}\n");
            judged("argoproj.io/Application", &text)
        };
        assert!(!argo("valuesObject: {rbac: {create: true}}"));
        assert!(!argo("values: \"rbac: {create: true}\""));
        assert!(!argo("parameters: [{name: rbac.create, value: 'true'}]"));
        assert!(!argo("valueFiles: [nowhere.yaml]"));
        assert!(argo("parameters: [{name: rbac.pods, value: 'true'}]"));
        assert!(argo("releaseName: app"));
    }

    #[test]
    fn a_chart_is_the_folder_above_its_templates() {
        assert_eq!(
            chart("charts/app/templates/a/role.yaml"),
            Some("charts/app")
        );
        assert_eq!(chart("templates/role.yaml"), Some(""));
        assert_eq!(chart("mytemplates/role.yaml"), None);
        assert_eq!(chart("charts/app/role.yaml"), None);
    }
}
