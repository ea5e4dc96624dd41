//! Accounts of published components that clusters run on: drivers, network plugins, controllers. Their rights are what their
//! authors ship; who installs one decides whether to run it, not what it may do. `rules/resources/roles/kubernetes.yml` names them.

use crate::format::Declaration;
use crate::model::Fact;
use crate::rule::tables;
use compact_str::CompactString;

/// Whether a subject, by its address, is the account of such a component, or the user it signs in as: by its name, or because
/// it lives in `metallb-system`. Where a chart fills the name in, the chart tells.
pub(super) fn is(subject: &Fact<CompactString>, object: &Declaration) -> bool {
    match subject.value() {
        Some(address) => {
            let Some((namespace, account)) = address.rsplit_once("ServiceAccount/") else {
                return is_one(address);
            };
            let home = namespace.strip_suffix("-system/");
            is_one(account) || home.is_some_and(is_one)
        }
        None => chart(&object.scope.path).is_some_and(is_one),
    }
}

/// The folder of the chart that a template is part of.
fn chart(path: &str) -> Option<&str> {
    let (chart, _) = path.split_once("/templates/")?;
    chart.rsplit('/').next()
}

/// Whether a component ships with an account of this name.
fn is_one(account: &str) -> bool {
    tables().components("kubernetes").any(|family| {
        let rest = account.strip_prefix(family);
        rest.is_some_and(|rest| family.ends_with('-') || rest.is_empty() || rest.starts_with('-'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_one as is;

    #[test]
    fn a_chart_is_told_by_its_folder() {
        let path = "charts/cert-manager/templates/webhook/rbac.yaml";
        assert_eq!(super::chart(path), Some("cert-manager"));
        assert_eq!(super::chart("apps/cert-manager/rbac.yaml"), None);
    }

    #[test]
    fn a_family_is_told_by_whole_words() {
        assert!(is("cilium") && is("cert-manager-webhook") && is("csi-cinder-controller-sa"));
        assert!(!is("ciliumish") && !is("my-cert-manager") && !is("sync") && !is("default"));
    }
}
