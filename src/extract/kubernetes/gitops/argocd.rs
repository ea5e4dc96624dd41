//! Argo CD: its configuration maps (accounts, switches, roles), the operator's object for the same, roles of projects, and the
//! Secrets by which it knows repositories and clusters.
//!
//! <https://argo-cd.readthedocs.io/en/stable/operator-manual/> names the keys.

use super::super::{name, namespace, noun_of};
use super::policy;
use crate::extract::object;
use crate::extract::read;
use crate::format::{Declaration, Entry, Node};
use crate::model::{Estate, Fact, Set};
use compact_str::{CompactString, format_compact};

/// Adds what one object says.
pub(super) fn facts(object: &Declaration, estate: &mut Estate) {
    match (object.kind.as_str(), object.name.as_str()) {
        ("ConfigMap", "argocd-cm") => {
            let data = object.body.get("data");
            settings(object, data, estate);
        }
        ("ConfigMap", "argocd-rbac-cm") => {
            let data = |key: &str| object.body.get("data").and_then(|data| data.get(key));
            default_role(object, data("policy.default"), estate);
            policy::grants(object, data("policy.csv"), estate);
        }
        ("ConfigMap", "argocd-cmd-params-cm") => {
            let data = object.body.get("data");
            let off = data.and_then(|data| data.get("server.disable.auth"));
            switch(object, "anonymous", off, estate);
        }
        ("argoproj.io/ArgoCD", _) => {
            let rbac = |key: &str| object.body.at(&["spec", "rbac", key]);
            default_role(object, rbac("defaultPolicy"), estate);
            policy::grants(object, rbac("policy"), estate);
            settings(object, object.body.at(&["spec", "extraConfig"]), estate);
        }
        ("argoproj.io/AppProject", _) => {
            reaches_controller(object, estate);
            let roles = object.body.get("spec").into_iter();
            for role in roles.flat_map(|spec| spec.all("roles")) {
                for line in role.all("policies") {
                    policy::grants(object, Some(line), estate);
                }
            }
        }
        ("argoproj.io/ApplicationSet", _) => templated(object, estate),
        ("Secret", _) => secret(object, estate),
        _ => {}
    }
}

/// A project that may deploy into the controller's own namespace, which is where projects live: whoever writes to its sources
/// rewrites the controller's roles. <https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/>
fn reaches_controller(object: &Declaration, estate: &mut Estate) {
    let Some(own) = &object.scope.namespace else {
        return;
    };
    let spec = object.body.get("spec").into_iter();
    for destination in spec.flat_map(|spec| spec.all("destinations")) {
        let text = |key: &str| destination.get(key).and_then(Node::as_str);
        let here = match (text("server"), text("name")) {
            (Some(server), _) => server == "https://kubernetes.default.svc" || server == "*",
            (None, Some(name)) => name == "in-cluster" || name == "*",
            (None, None) => false,
        };
        let Fact::Known(namespace, span) = read::name(destination.get("namespace")) else {
            continue;
        };
        if here && namespace == *own {
            estate.settings.push(noun_of!(Setting, object, span, {
                provider: Fact::given("argocd"),
                name: Fact::given("project_reaches_controller"),
                of: name(object),
                flag: Fact::Known(true, span),
                text: Fact::Known(namespace, span),
            }));
        }
    }
}

/// The main configuration map: accounts beside the identity provider, and switches.
fn settings(object: &Declaration, data: Option<&Node>, estate: &mut Estate) {
    let Some(data) = data else { return };
    for entry in data.entries() {
        let Some(account) = entry.key.strip_prefix("accounts.") else {
            continue;
        };
        if !account.contains('.') {
            self::account(object, account, entry, estate);
        }
    }
    switch(
        object,
        "anonymous",
        data.get("users.anonymous.enabled"),
        estate,
    );
    switch(object, "web_terminal", data.get("exec.enabled"), estate);
    let sso = ["dex.config", "oidc.config"];
    if let Some(sso) = data
        .entries()
        .iter()
        .find(|entry| sso.contains(&entry.key.as_str()))
    {
        let written = data.get("admin.enabled");
        let flag = match read::flag(written) {
            Fact::Absent => Fact::Default(true),
            flag => flag,
        };
        let span = written.map_or(sso.key_span, |node| node.span);
        estate.settings.push(noun_of!(Setting, object, span, {
            provider: Fact::given("argocd"),
            name: Fact::given("builtin_admin"),
            of: name(object),
            flag: flag,
        }));
    }
}

/// `accounts.ci: apiKey, login`
fn account(object: &Declaration, account: &str, entry: &Entry, estate: &mut Estate) {
    let capabilities = entry.value.as_str().unwrap_or_default();
    let has = |word: &str| capabilities.split(',').any(|one| one.trim() == word);
    let span = entry.key_span;
    let address: CompactString = format_compact!("{}:accounts.{account}", object.address);
    let known = |text: &str| Fact::Known(CompactString::from(text), span);
    let mut identity = noun_of!(Identity, object, span, {
        provider: Fact::given("argocd"),
        kind: Fact::given(if has("apiKey") { "bot" } else { "user" }),
        name: known(account),
        namespace: namespace(object),
        human: match (has("apiKey"), has("login")) {
            (false, true) => Fact::Default(true),
            (true, false) => Fact::Default(false),
            _ => Fact::Unknown(Some(span)),
        },
    });
    identity.address = address.clone();
    estate.identities.push(identity);
    if !has("apiKey") {
        return;
    }
    estate.credentials.push(noun_of!(Credential, object, span, {
        provider: Fact::given("argocd"),
        kind: Fact::given("token"),
        name: known(account),
        of: Fact::Known(address, span),
        stored: Fact::given("platform"),
        expires: Fact::Unknown(Some(entry.value.span)),
    }));
    let mut texts = Set::default();
    for word in capabilities.split(',') {
        texts.push(word.trim(), entry.value.span);
    }
    estate
        .settings
        .push(noun_of!(Setting, object, entry.value.span, {
            provider: Fact::given("argocd"),
            name: Fact::given("account_capabilities"),
            of: known(account),
            flag: Fact::Known(has("login"), entry.value.span),
            texts: texts,
        }));
}

fn switch(object: &Declaration, setting: &str, node: Option<&Node>, estate: &mut Estate) {
    let Some(node) = node else { return };
    estate.settings.push(noun_of!(Setting, object, node.span, {
        provider: Fact::given("argocd"),
        name: Fact::given(setting),
        of: name(object),
        flag: read::flag(Some(node)),
    }));
}

/// What everybody who signs in may do. Reading is what the documentation recommends.
fn default_role(object: &Declaration, node: Option<&Node>, estate: &mut Estate) {
    let Fact::Known(role, span) = read::name(node) else {
        return;
    };
    if role == "role:readonly" {
        return;
    }
    estate.grants.push(noun_of!(Grant, object, span, {
        provider: Fact::given("argocd"),
        policy: Fact::given("identity"),
        to: Fact::Known("everybody who signs in".into(), span),
        principal: Fact::given("authenticated"),
        level: match role.as_str() {
            "role:admin" => Fact::Known("admin".into(), span),
            _ => Fact::Unknown(Some(span)),
        },
        role: Fact::Known(role, span),
        scope: Fact::given("cluster"),
        activation: Fact::given("standing"),
    }));
}

/// Generators that whoever writes to a repository, or makes one, feeds: their key, and what is written to.
const FED: &[(&str, &str)] = &[
    ("pullRequest", "pull request"),
    ("scmProvider", "repository"),
];

/// A project that such a generator fills in.
/// <https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Security/>
fn templated(object: &Declaration, estate: &mut Estate) {
    let project = object.body.at(&["spec", "template", "spec", "project"]);
    let Some(project) = project.filter(|node| is_template(node)) else {
        return;
    };
    let generators = object.body.get("spec").into_iter();
    let own: Vec<&Node> = generators.flat_map(|spec| spec.all("generators")).collect();
    let inner = own.iter().flat_map(|generator| {
        let combined = ["matrix", "merge"].iter();
        combined.filter_map(|key| generator.get(key))
    });
    let inner: Vec<&Node> = inner.flat_map(|node| node.all("generators")).collect();
    let fed = FED.iter().find(|(key, _)| {
        let all = own.iter().chain(&inner);
        all.copied().any(|generator| generator.get(key).is_some())
    });
    let Some((_, what)) = fed else { return };
    let span = project.span;
    estate.settings.push(noun_of!(Setting, object, span, {
        provider: Fact::given("argocd"),
        name: Fact::given("templated_project"),
        of: name(object),
        text: Fact::Known((*what).into(), span),
    }));
}

/// Whether a text holds a hole of a template.
fn is_template(node: &Node) -> bool {
    node.is_open() || node.as_str().is_some_and(|text| text.contains("{{"))
}

/// A repository, credentials for many, or a cluster.
fn secret(object: &Declaration, estate: &mut Estate) {
    let label = object.body.at(&["metadata", "labels"]);
    let label = label.and_then(|labels| labels.get("argocd.argoproj.io/secret-type"));
    let Some(kind) = label.and_then(Node::as_str) else {
        return;
    };
    let plain = |key: &str| object.body.at(&["stringData", key]);
    let held = |key: &str| plain(key).or_else(|| object.body.at(&["data", key]));
    let mut credential = |kind: &str, node: &Node| {
        estate
            .credentials
            .push(noun_of!(Credential, object, node.span, {
                provider: Fact::given("argocd"),
                kind: Fact::given(kind),
                name: name(object),
                stored: Fact::given("kubernetes_secret"),
                static_key: Fact::Default(true),
                expires: Fact::Unknown(Some(node.span)),
            }));
    };
    match kind {
        "repository" | "repo-creds" => {
            if let Some(node) = held("password") {
                credential("password", node);
            }
            if let Some(node) = held("sshPrivateKey") {
                credential("ssh_key", node);
            }
            for key in ["insecure", "insecureIgnoreHostKey"] {
                switch(object, "unverified_server", plain(key), estate);
            }
        }
        "cluster" => {
            let config = plain("config").and_then(object::document);
            if let Some(node) = config.as_ref().and_then(|config| config.get("bearerToken")) {
                credential("token", node);
            }
            let insecure = config
                .as_ref()
                .and_then(|config| config.at(&["tlsClientConfig", "insecure"]));
            switch(object, "unverified_server", insecure, estate);
        }
        _ => return,
    }
    if let ("repo-creds", Fact::Known(url, span)) = (kind, read::name(plain("url"))) {
        estate.settings.push(noun_of!(Setting, object, span, {
            provider: Fact::given("argocd"),
            name: Fact::given("credential_url"),
            of: name(object),
            text: Fact::Known(url, span),
        }));
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::Fact;

    #[test]
    fn accounts_with_keys_are_machines_unless_they_sign_in_too() {
        let estate = sample::estate(&[(
            "cm.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata:\n  accounts.ci: apiKey\n  \
             accounts.ann: apiKey, login\n  accounts.ann.enabled: 'false'\n  exec.enabled: 'true'\n",
        )]);
        let names: Vec<&str> = estate.identities.iter().map(|it| it.name.text()).collect();
        assert_eq!(names, ["ci", "ann"]);
        assert_eq!(estate.identities[0].human.value(), Some(&false));
        assert!(estate.identities[1].human.is_unknown());
        assert!(estate.credentials.iter().all(|it| it.expires.is_unknown()));
        let flags: Vec<_> = estate
            .settings
            .iter()
            .map(|it| (it.name.text(), it.flag.value().copied()))
            .collect();
        assert_eq!(
            flags,
            [
                ("account_capabilities", Some(false)),
                ("account_capabilities", Some(true)),
                ("web_terminal", Some(true))
            ]
        );
    }

    #[test]
    fn a_default_role_is_a_right_of_everybody() {
        let grants = |role: &str| {
            let text = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-rbac-cm}}\ndata: {{policy.default: '{role}'}}\n"
            );
            sample::estate(&[("cm.yaml", &text)]).grants
        };
        assert!(grants("").is_empty() && grants("role:readonly").is_empty());
        assert_eq!(grants("role:admin")[0].level.text(), "admin");
        assert!(matches!(grants("role:dev")[0].level, Fact::Unknown(_)));
    }

    #[test]
    fn a_cluster_with_a_token_is_a_static_key() {
        let estate = sample::estate(&[(
            "s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: c\n  labels: {argocd.argoproj.io/secret-type: cluster}\nstringData:\n  \
             config: |\n    {\"bearerToken\": \"x\"}\n",
        )]);
        assert_eq!(estate.credentials[0].kind.text(), "token");
        assert_eq!(estate.credentials[0].static_key.value(), Some(&true));
    }
}
