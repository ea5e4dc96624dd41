//! How texts name identities: ARNs, e-mail addresses of service accounts, Kubernetes addresses, plain names.

/// A text that stands for an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name<'a> {
    /// `arn:aws:iam::123456789012:role/path/ci`
    Arn {
        /// The account; may be a hole.
        account: &'a str,
        /// `role`, `user`, ...
        kind: &'a str,
        /// The last part of the path.
        name: &'a str,
    },
    /// `ci@project.iam.gserviceaccount.com`
    Email {
        /// Before the `@`.
        account: &'a str,
        /// The project; may be a hole.
        project: &'a str,
    },
    /// `namespace/ServiceAccount/name`, `system:serviceaccount:namespace:name`, or Google's `project.svc.id.goog[ns/name]`.
    Account {
        /// The namespace, where it is told.
        namespace: Option<&'a str>,
        /// The account's name.
        name: &'a str,
    },
    /// Anything else that is written in full.
    Plain(&'a str),
    /// A text whose telling part is a hole.
    Open,
}

impl<'a> Name<'a> {
    /// Takes a text apart.
    pub(super) fn of(text: &'a str) -> Self {
        if let Some(account) = account(text) {
            return account;
        }
        if let Some(rest) = text.strip_prefix("arn:") {
            return arn(rest);
        }
        let bare = text
            .rsplit_once("/serviceAccounts/")
            .map_or(text, |(_, last)| last)
            .trim_start_matches("serviceAccount:");
        if let Some((account, host)) = bare.split_once('@')
            && let Some(project) = host.strip_suffix(".iam.gserviceaccount.com")
        {
            return match is_open(account) {
                true => Name::Open,
                false => Name::Email { account, project },
            };
        }
        match is_open(text) {
            true => Name::Open,
            false => Name::Plain(text),
        }
    }
}

/// Whether a text, or a part of one, holds something that is filled in later.
pub(super) fn is_open(text: &str) -> bool {
    text.contains("${") || text.contains("{{")
}

fn account(text: &str) -> Option<Name<'_>> {
    if let Some(rest) = text.strip_prefix("system:serviceaccount:") {
        let (namespace, name) = rest.split_once(':')?;
        return Some(Name::Account {
            namespace: Some(namespace),
            name,
        });
    }
    if let Some((_, rest)) = text.split_once(".svc.id.goog[") {
        let (namespace, name) = rest.strip_suffix(']')?.split_once('/')?;
        return Some(Name::Account {
            namespace: Some(namespace),
            name,
        });
    }
    if let Some(name) = text.strip_prefix("ServiceAccount/") {
        let namespace = None;
        return Some(Name::Account { namespace, name });
    }
    let (namespace, name) = text.split_once("/ServiceAccount/")?;
    (!namespace.contains('/')).then_some(Name::Account {
        namespace: Some(namespace),
        name,
    })
}

/// `partition:service:region:account:kind/path/name`; a colon inside a hole does not part it.
fn arn(rest: &str) -> Name<'_> {
    let mut parts = Vec::with_capacity(5);
    let (mut start, mut depth) = (0, 0_usize);
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && parts.len() < 4 => {
                parts.push(&rest[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&rest[start..]);
    let [_, _, _, account, resource] = parts[..] else {
        return match is_open(rest) {
            true => Name::Open,
            false => Name::Plain(rest),
        };
    };
    let (kind, path) = split_outside(resource).unwrap_or((resource, ""));
    let name = match kind {
        // The session's name comes last.
        "assumed-role" => path.split('/').next().unwrap_or_default(),
        _ => last_outside(path),
    };
    match is_open(kind) || is_open(name) {
        true => Name::Open,
        false => Name::Arn {
            account,
            kind,
            name,
        },
    }
}

/// Splits at the first slash that is in no hole.
fn split_outside(text: &str) -> Option<(&str, &str)> {
    let at = slashes(text).next()?;
    Some((&text[..at], &text[at + 1..]))
}

/// What stands after the last slash that is in no hole.
fn last_outside(text: &str) -> &str {
    slashes(text).last().map_or(text, |at| &text[at + 1..])
}

fn slashes(text: &str) -> impl Iterator<Item = usize> {
    let mut depth = 0_usize;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
}

/// Whether two patterns can stand for the same text: `*` is any run of characters, `?` any one.
pub(super) fn meet(left: &str, right: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if a.len().saturating_mul(b.len()) > 1 << 16 {
        return false;
    }
    let width = b.len() + 1;
    let mut next = vec![false; width];
    for i in (0..=a.len()).rev() {
        let mut row = vec![false; width];
        for j in (0..=b.len()).rev() {
            let here = |row: &[bool], at: usize| row.get(at).copied().unwrap_or(false);
            row[j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some('*'), None) => here(&next, j),
                (None, Some('*')) => here(&row, j + 1),
                (Some('*'), Some(_)) => here(&next, j) || here(&row, j + 1),
                (Some(_), Some('*')) => here(&row, j + 1) || here(&next, j),
                (Some(x), Some(y)) => (x == y || *x == '?' || *y == '?') && here(&next, j + 1),
                _ => false,
            };
        }
        next = row;
    }
    next[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_come_apart_around_their_holes() {
        assert_eq!(
            Name::of("arn:aws:iam::${{ vars.ACCOUNT }}:role/ci/deploy"),
            Name::Arn {
                account: "${{ vars.ACCOUNT }}",
                kind: "role",
                name: "deploy"
            }
        );
        assert_eq!(
            Name::of("arn:aws:iam::${data.aws_caller_identity.x:y.account_id}:role/ci"),
            Name::Arn {
                account: "${data.aws_caller_identity.x:y.account_id}",
                kind: "role",
                name: "ci"
            }
        );
        assert_eq!(
            Name::of("arn:aws:iam::1:role/${{ inputs.role }}"),
            Name::Open
        );
        assert_eq!(
            Name::of("arn:aws:sts::1:assumed-role/ci/session"),
            Name::Arn {
                account: "1",
                kind: "assumed-role",
                name: "ci"
            }
        );
    }

    #[test]
    fn accounts_in_all_their_spellings() {
        let account = |namespace, name| Name::Account { namespace, name };
        assert_eq!(
            Name::of("web/ServiceAccount/app"),
            account(Some("web"), "app")
        );
        assert_eq!(Name::of("ServiceAccount/app"), account(None, "app"));
        assert_eq!(
            Name::of("system:serviceaccount:web:app"),
            account(Some("web"), "app")
        );
        assert_eq!(
            Name::of("serviceAccount:p.svc.id.goog[web/app]"),
            account(Some("web"), "app")
        );
        assert_eq!(
            Name::of("serviceAccount:ci@p.iam.gserviceaccount.com"),
            Name::Email {
                account: "ci",
                project: "p"
            }
        );
        assert_eq!(
            Name::of("projects/-/serviceAccounts/ci@p.iam.gserviceaccount.com"),
            Name::Email {
                account: "ci",
                project: "p"
            }
        );
        assert_eq!(Name::of("ci"), Name::Plain("ci"));
        assert_eq!(Name::of("${{ secrets.ROLE }}"), Name::Open);
    }

    #[test]
    fn patterns_meet_when_one_text_fits_both() {
        for (left, right) in [
            ("", ""),
            ("*", ""),
            ("a*c*", "*b*d"),
            ("m??n", "main"),
            ("a*", "ab"),
        ] {
            assert!(meet(left, right) && meet(right, left), "{left} {right}");
        }
        for (left, right) in [("a", ""), ("a*", "b*"), ("?", ""), ("*x", "*y")] {
            assert!(!meet(left, right) && !meet(right, left), "{left} {right}");
        }
    }
}
