//! Flags of the cluster's own components, where their pods are written in files: how the API server, the controller manager
//! and the kubelet let callers in.
//!
//! <https://kubernetes.io/docs/reference/command-line-tools-reference/> holds the flags and their defaults.

use super::noun_of;
use super::pod::containers;
use crate::extract::read;
use crate::format::{Declaration, Node, Value};
use crate::model::{Estate, Fact, Set, Setting};
use crate::source::Span;
use compact_str::CompactString;

const SERVER: &str = "kube-apiserver";
const MANAGER: &str = "kube-controller-manager";
const KUBELET: &str = "kubelet";

/// How a flag's value is read.
#[derive(Clone, Copy)]
enum Kind {
    /// A switch; the word is what leaving it out means, nothing where that is told elsewhere (a configuration file).
    Switch(Option<bool>),
    /// A list, with what leaving it out means.
    List(&'static str),
    /// Whether it is given at all.
    Given,
    /// Whether a feature gate of this name is switched on; nothing where it is not named.
    Gate(&'static str),
}

/// A flag that decides how callers are let in, of which components, and the name of its setting.
struct Flag {
    of: &'static [&'static str],
    flag: &'static str,
    setting: &'static str,
    kind: Kind,
}

const fn flag(
    of: &'static [&'static str],
    flag: &'static str,
    setting: &'static str,
    kind: Kind,
) -> Flag {
    Flag {
        of,
        flag,
        setting,
        kind,
    }
}

#[rustfmt::skip]
const FLAGS: &[Flag] = &[
    flag(&[SERVER], "anonymous-auth", "component_anonymous", Kind::Switch(Some(true))),
    flag(&[KUBELET], "anonymous-auth", "component_anonymous", Kind::Switch(None)),
    flag(&[SERVER], "authorization-mode", "component_authorization", Kind::List("AlwaysAllow")),
    flag(&[KUBELET], "authorization-mode", "component_authorization", Kind::List("")),
    flag(&[SERVER], "token-auth-file", "component_token_file", Kind::Given),
    flag(&[SERVER], "basic-auth-file", "component_password_file", Kind::Given),
    flag(&[SERVER], "client-ca-file", "component_client_ca", Kind::Given),
    flag(&[SERVER], "service-account-lookup", "component_account_lookup", Kind::Switch(Some(true))),
    flag(&[SERVER], "service-account-key-file", "component_account_key", Kind::Given),
    flag(&[MANAGER], "service-account-private-key-file", "component_account_key", Kind::Given),
    flag(&[SERVER], "kubelet-certificate-authority", "component_kubelet_ca", Kind::Given),
    flag(&[SERVER], "kubelet-client-certificate", "component_kubelet_certificate", Kind::Given),
    flag(&[SERVER], "disable-admission-plugins", "component_admission_off", Kind::List("")),
    flag(&[MANAGER], "use-service-account-credentials", "component_shared_credentials", Kind::Switch(Some(false))),
    flag(&[KUBELET], "rotate-certificates", "component_certificate_rotation", Kind::Switch(None)),
    flag(&[KUBELET], "rotate-server-certificates", "component_certificate_rotation", Kind::Switch(None)),
    flag(&[KUBELET, MANAGER], "feature-gates", "component_certificate_rotation", Kind::Gate("RotateKubeletServerCertificate")),
];

/// Adds a setting for each flag of a component that a container of the pod runs.
pub(super) fn facts(object: &Declaration, pod: &Node, estate: &mut Estate) {
    for container in containers(pod) {
        let words: Vec<&Node> = container
            .all("command")
            .chain(container.all("args"))
            .collect();
        let Some((at, component)) = words.iter().enumerate().find_map(|(at, word)| {
            let name = word.as_str()?.rsplit('/').next()?;
            let known = [SERVER, MANAGER, KUBELET].into_iter();
            Some((at, known.into_iter().find(|known| *known == name)?))
        }) else {
            continue;
        };
        let given = Given::read(&words[at..]);
        let head = words[at].span;
        for flag in FLAGS.iter().filter(|flag| flag.of.contains(&component)) {
            estate
                .settings
                .extend(setting(object, component, flag, &given, head));
        }
    }
}

/// What a command line gives.
struct Given<'a> {
    flags: Vec<(&'a str, &'a str, Span)>,
    /// Whether some words are not told, or the flags stand in a script.
    open: bool,
}

impl<'a> Given<'a> {
    fn read(words: &[&'a Node]) -> Self {
        let (mut flags, mut open) = (Vec::new(), false);
        for (at, word) in words.iter().enumerate() {
            let Value::String(text) = &word.value else {
                open |= word.is_open();
                continue;
            };
            if text.contains("$(") || text.contains("${") || text.trim().contains('\n') {
                open = true;
            }
            let Some(flag) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')) else {
                continue;
            };
            let next = || {
                let word = words.get(at + 1).and_then(|next| next.as_str());
                word.filter(|next| !next.starts_with('-'))
            };
            match flag.split_once('=') {
                Some((name, value)) => flags.push((name, value, word.span)),
                None => flags.push((flag, next().unwrap_or("true"), word.span)),
            }
        }
        Self { flags, open }
    }

    fn last(&self, name: &str) -> Option<(&'a str, Span)> {
        let mut found = self.flags.iter().rev().filter(|(flag, ..)| *flag == name);
        found.next().map(|(_, value, span)| (*value, *span))
    }
}

/// What a flag says, given or left out; none where that cannot be told.
fn setting(
    object: &Declaration,
    component: &'static str,
    flag: &Flag,
    given: &Given<'_>,
    head: Span,
) -> Option<Setting> {
    let found = given.last(flag.flag);
    let span = found.map_or(head, |(_, span)| span);
    let mut switch = Fact::Absent;
    let mut texts = Set::default();
    match (flag.kind, found) {
        (_, None) if given.open => return None,
        (Kind::Switch(_), Some((value, span))) => {
            switch = Fact::Known(value.parse().ok()?, span);
        }
        (Kind::Switch(None) | Kind::Gate(_) | Kind::List(""), None) => return None,
        (Kind::Switch(Some(value)), None) => switch = Fact::Default(value),
        (Kind::List(_), Some((value, span))) => {
            value
                .split(',')
                .for_each(|item| texts.push(CompactString::from(item.trim()), span));
        }
        (Kind::List(item), None) => texts.push(CompactString::from(item), span),
        (Kind::Given, found) => {
            switch = found.map_or(Fact::Default(false), |(_, span)| Fact::Known(true, span));
        }
        (Kind::Gate(gate), Some((value, span))) => {
            let (_, on) = value
                .split(',')
                .filter_map(|pair| pair.split_once('='))
                .find(|(name, _)| name.trim() == gate)?;
            switch = Fact::Known(on.trim().parse().ok()?, span);
        }
    }
    Some(noun_of!(Setting, object, span, {
        provider: Fact::given("kubernetes"),
        name: Fact::given(flag.setting),
        of: read::name(Some(&Node::string(span, component))),
        flag: switch,
        text: Fact::given(flag.flag),
        texts: texts,
    }))
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::{Estate, Fact};

    fn pod(command: &str) -> Estate {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: kube-system}}\nspec:\n  containers:\n  \
             - {{name: c, image: i, {command}}}\n"
        );
        sample::estate(&[("p.yaml", &text)])
    }

    fn flag(estate: &Estate, name: &str) -> Option<Fact<bool>> {
        let mut settings = estate.settings.iter();
        let found = settings.find(|setting| setting.name.text() == name);
        found.map(|setting| setting.flag.clone())
    }

    #[test]
    fn flags_are_read_in_all_their_spellings() {
        let estate = pod(
            "command: [kube-apiserver], args: ['--anonymous-auth=false', --token-auth-file, /etc/t]",
        );
        let off = flag(&estate, "component_anonymous").expect("a setting");
        assert_eq!(off.value(), Some(&false));
        let file = flag(&estate, "component_token_file").expect("a setting");
        assert_eq!(file.value(), Some(&true));
        let modes = estate
            .settings
            .iter()
            .find(|s| s.name.text() == "component_authorization");
        assert!(modes.is_some_and(|setting| setting.texts.contains("AlwaysAllow")));
    }

    #[test]
    fn what_is_not_told_is_not_claimed() {
        let estate = pod("command: [/usr/bin/kube-apiserver, '$(EXTRA)']");
        assert!(flag(&estate, "component_anonymous").is_none());
        let estate = pod("command: [kubelet]");
        assert!(
            estate.settings.is_empty(),
            "a configuration file may say: {:?}",
            estate.settings
        );
        assert!(
            pod("command: [nginx, '--anonymous-auth=true']")
                .settings
                .is_empty()
        );
    }

    #[test]
    fn a_feature_gate_among_others_is_found() {
        let estate = pod(
            "command: [kubelet, '--feature-gates=A=true,RotateKubeletServerCertificate=false']",
        );
        let gate = flag(&estate, "component_certificate_rotation").expect("a setting");
        assert_eq!(gate.value(), Some(&false));
    }
}
