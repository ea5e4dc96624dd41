//! Accounts of published components that clusters run on: drivers, network plugins, controllers. Their rights are what their
//! authors ship; who installs one decides whether to run it, not what it may do.

use crate::format::Declaration;
use crate::model::Fact;
use compact_str::CompactString;

/// Names of accounts and charts, and what such names begin with where a component has several (`cert-manager-webhook`).
#[rustfmt::skip]
const FAMILIES: &[&str] = &[
    // Networks and load balancers.
    "antrea", "calico", "canal", "cilium", "coredns", "flannel", "hubble", "kube-ovn", "kube-proxy", "kube-router", "kube-vip",
    "metallb", "multus", "nodelocaldns", "ovn", "speaker", "tigera-operator", "weave-net", "whereabouts", "aws-node",
    "aws-load-balancer-controller", "alb-ingress", "ingress-nginx", "nginx-ingress", "traefik", "contour", "istiod", "istio-cni",
    "istio-reader", "linkerd", "kong", "haproxy-ingress", "gce-ingress", "cloudflare-operator",
    // Machines and volumes.
    "cloud-controller-manager", "cluster-autoscaler", "karpenter", "kured", "node-feature-discovery", "node-problem-detector",
    "descheduler", "scheduler-plugins", "csi-", "ebs-csi", "efs-csi", "vsphere-csi", "vsphere-cpi", "longhorn", "rook-ceph", "openebs", "local-path-provisioner",
    "local-volume-provisioner", "local-path-storage", "efs-provisioner", "nfs-client-provisioner", "nfs-server-provisioner", "snapshot-controller", "gpu-operator", "velero", "kubevirt", "cdi-operator",
    // Certificates, names, secrets and policy.
    "cert-manager", "trust-manager", "external-dns", "external-secrets", "sealed-secrets", "secrets-store-csi", "reloader", "reflector",
    "kyverno", "gatekeeper", "falco", "trivy-operator", "vault-agent-injector", "spire",
    // Measuring and delivery.
    "kube-state-metrics", "metrics-server", "prometheus-adapter", "prometheus-operator", "kube-prometheus-stack", "prometheus-node-exporter", "keda", "knative", "crossplane",
];

/// Whether a subject, by its address, is the account of such a component. Where a chart fills the name in, the chart tells.
pub(super) fn is(subject: &Fact<CompactString>, object: &Declaration) -> bool {
    match subject.value() {
        Some(address) => address
            .rsplit_once("ServiceAccount/")
            .is_some_and(|(_, account)| is_one(account)),
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
    FAMILIES.iter().any(|family| {
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
