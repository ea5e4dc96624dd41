//! What a pod takes from its node: the node's network, by which it reaches the metadata service as the node, and folders that
//! hold credentials of the node, of its kubelet or of every other pod.

use super::pod::containers;
use super::{name, noun_of};
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set};

/// Folders and files of a node with credentials in them; a mount of one, of what lies below or of what lies above gives them
/// away. The container runtime's sockets start any container.
const CREDENTIALS: &[&str] = &[
    "/var/lib/kubelet",
    "/var/lib/etcd",
    "/var/lib/rancher",
    "/etc/kubernetes",
    "/etc/srv/kubernetes",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/var/run/containerd/containerd.sock",
    "/var/run/crio/crio.sock",
    "/root/.kube",
    "/root/.aws",
    "/root/.azure",
    "/root/.config/gcloud",
];

/// Folders below those that hold no credentials.
const HARMLESS: &[&str] = &[
    "/var/lib/kubelet/plugins",
    "/var/lib/kubelet/plugins_registry",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet/pod-resources",
];

/// Adds a setting for each of the two.
pub(super) fn facts(object: &Declaration, pod: &Node, estate: &mut Estate) {
    if let Fact::Known(flag, span) = read::flag(pod.get("hostNetwork")) {
        estate.settings.push(noun_of!(Setting, object, span, {
            provider: Fact::given("kubernetes"),
            name: Fact::given("host_network"),
            of: name(object),
            flag: Fact::Known(flag, span),
        }));
    }
    let mut paths = Set::default();
    for volume in pod.all("volumes").filter(|volume| is_mounted(pod, volume)) {
        let path = volume.at(&["hostPath", "path"]);
        match read::name(path) {
            Fact::Known(path, span) if is_credential(&path) => paths.push(path, span),
            Fact::Unknown(_) => paths.complete = false,
            _ => {}
        }
    }
    if let Some((_, span)) = paths.items.first() {
        let span = *span;
        estate.settings.push(noun_of!(Setting, object, span, {
            provider: Fact::given("kubernetes"),
            name: Fact::given("host_credentials"),
            of: name(object),
            flag: Fact::Known(true, span),
            texts: paths,
        }));
    }
}

fn is_mounted(pod: &Node, volume: &Node) -> bool {
    let Some(name) = volume.get("name").and_then(Node::scalar) else {
        return true;
    };
    containers(pod)
        .flat_map(|container| container.all("volumeMounts"))
        .any(|mount| mount.get("name").and_then(Node::scalar).as_ref() == Some(&name))
}

fn is_credential(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let lies = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let harmless = HARMLESS.iter().any(|folder| lies(path, folder));
    !harmless
        && CREDENTIALS
            .iter()
            .any(|known| lies(known, path) || lies(path, known))
}

#[cfg(test)]
mod tests {
    use super::is_credential;
    use crate::extract::sample;

    #[test]
    fn folders_above_and_below_count() {
        for path in [
            "/",
            "/var",
            "/var/lib/kubelet/",
            "/var/lib/kubelet/pods",
            "/etc/kubernetes/azure.json",
        ] {
            assert!(is_credential(path), "{path}");
        }
        for path in [
            "/data",
            "/var/log",
            "/etc/ssl",
            "/var/lib/kubelet/plugins/csi.example",
            "/var/lib/kubelets",
        ] {
            assert!(!is_credential(path), "{path}");
        }
    }

    #[test]
    fn only_what_a_container_mounts_counts() {
        let pod = |mount: &str| {
            let text = format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  hostNetwork: true\n  containers:\n  - name: c\n    \
                 volumeMounts: [{{name: {mount}, mountPath: /x}}]\n  volumes:\n  - {{name: k, hostPath: {{path: /var/lib/kubelet}}}}\n"
            );
            let estate = sample::estate(&[("p.yaml", &text)]);
            let names: Vec<String> = estate
                .settings
                .iter()
                .map(|setting| setting.name.text().to_owned())
                .collect();
            names
        };
        assert_eq!(pod("k"), ["host_network", "host_credentials"]);
        assert_eq!(pod("other"), ["host_network"]);
    }
}
