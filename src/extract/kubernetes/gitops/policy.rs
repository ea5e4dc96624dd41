//! Argo CD's role policies: lines `p, subject, resource, action, object, effect` and `g, subject, role`.
//!
//! <https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/>

use super::super::noun_of;
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Grant, Set, rank};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Most lines of one policy that are read.
const MOST: usize = 10_000;

/// Resources whose change is a change of Argo CD itself.
const OWN: &[&str] = &[
    "clusters",
    "repositories",
    "accounts",
    "projects",
    "certificates",
    "gpgkeys",
];

/// Adds a grant for each line that gives something to somebody.
pub(super) fn grants(object: &Declaration, node: Option<&Node>, estate: &mut Estate) {
    let Fact::Known(text, span) = read::name(node) else {
        return;
    };
    let lines: Vec<Vec<&str>> = text
        .lines()
        .take(MOST)
        .map(|line| line.split(',').map(str::trim).collect())
        .collect();
    let mut roles: FxHashMap<&str, &str> =
        FxHashMap::from_iter([("role:admin", "admin"), ("role:readonly", "read")]);
    for line in &lines {
        if let ["p", role, resource, action, item, ref rest @ ..] = line[..]
            && rest.first() != Some(&"deny")
        {
            let level = level(resource, action, item);
            let known = roles.entry(role).or_insert(level);
            if rank(level) > rank(known) {
                *known = level;
            }
        }
    }
    for line in &lines {
        match line[..] {
            ["p", role, resource, action, item, ref rest @ ..] if rest.first() != Some(&"deny") => {
                let right = Right {
                    to: role,
                    principal: principal(role, "role"),
                    role: "",
                    level: level(resource, action, item),
                };
                let effect = effect(resource, action, item);
                let grant = grant(object, span, &right, effect, [resource, action, item]);
                estate.grants.push(grant);
            }
            ["g", to, role, ..] if !to.starts_with("role:") && !to.starts_with("proj:") => {
                let right = Right {
                    to,
                    principal: principal(to, "group"),
                    role,
                    level: roles.get(role).copied().unwrap_or_default(),
                };
                let grant = grant(object, span, &right, "", ["", "", ""]);
                estate.grants.push(grant);
            }
            _ => {}
        }
    }
}

/// Who gets what.
struct Right<'a> {
    to: &'a str,
    principal: &'static str,
    role: &'a str,
    level: &'static str,
}

/// A mail address is a person's; everything else is a group of the identity provider, an account or a role.
fn principal(name: &str, otherwise: &'static str) -> &'static str {
    match name {
        name if name.starts_with("role:") || name.starts_with("proj:") => "role",
        name if name.contains('@') => "user",
        _ => otherwise,
    }
}

fn level(resource: &str, action: &str, item: &str) -> &'static str {
    match (resource, action) {
        ("*", "*") if matches!(item, "*" | "*/*") => "admin",
        (_, "get") => "read",
        (resource, _) if OWN.contains(&resource) => "escalate",
        ("exec", _) => "escalate",
        _ => "write",
    }
}

fn effect(resource: &str, action: &str, item: &str) -> &'static str {
    match (resource, action) {
        ("*", "*") if matches!(item, "*" | "*/*") => "everything",
        (_, "get") => "",
        ("exec", _) => "exec",
        (resource, _) if OWN.contains(&resource) => "change_controller",
        _ => "",
    }
}

fn grant(
    object: &Declaration,
    span: Span,
    right: &Right<'_>,
    effect: &str,
    [resource, action, item]: [&str; 3],
) -> Grant {
    let known = |text: &str| match text {
        "" => Fact::Absent,
        text => Fact::Known(CompactString::from(text), span),
    };
    let (mut actions, mut resources) = (Set::default(), Set::default());
    if !resource.is_empty() {
        actions.push(action, span);
        resources.push(format!("{resource} {item}"), span);
    }
    noun_of!(Grant, object, span, {
        provider: Fact::given("argocd"),
        policy: Fact::given(if right.principal == "role" { "role" } else { "identity" }),
        to: known(right.to),
        principal: Fact::given(right.principal),
        role: known(right.role),
        level: match right.level {
            "" => Fact::Unknown(Some(span)),
            level => Fact::Known(level.into(), span),
        },
        effect: known(effect),
        wildcard: Fact::Known(resource == "*" && action == "*", span),
        scope: Fact::given(if right.to.starts_with("proj:") { "project" } else { "cluster" }),
        // A group is the way it should be: the identity provider says who is in it and until when.
        activation: match right.principal {
            "group" | "role" => Fact::Absent,
            _ => Fact::given("standing"),
        },
        actions: actions,
        resources: resources,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::Grant;

    fn grants(csv: &str) -> Vec<Grant> {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-rbac-cm}}\ndata:\n  policy.csv: |\n    {}\n",
            csv.replace('\n', "\n    ")
        );
        sample::estate(&[("cm.yaml", &text)]).grants
    }

    #[test]
    fn lines_are_rights_by_effect() {
        let found = grants(
            "# who may what\np, role:dev, applications, get, */*, allow\np, role:dev, exec, create, */*, allow\n\
             p, role:dev, clusters, update, *, deny\ng, ann@acme.example, role:admin\ng, devs, role:dev\ng, role:a, role:b",
        );
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.to.text(), it.principal.text(), it.level.text()))
            .collect();
        assert_eq!(
            told,
            [
                ("role:dev", "role", "read"),
                ("role:dev", "role", "escalate"),
                ("ann@acme.example", "user", "admin"),
                ("devs", "group", "escalate"),
            ]
        );
        assert_eq!(found[1].effect.text(), "exec");
        assert_eq!(found[2].activation.text(), "standing");
        assert!(found[3].activation.is_absent());
    }

    #[test]
    fn a_role_that_nothing_defines_is_unknown() {
        assert!(grants("g, devs, role:elsewhere")[0].level.is_unknown());
        assert!(grants("g\np, x\n,,,").is_empty());
    }
}
