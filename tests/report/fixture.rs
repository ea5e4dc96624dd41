//! One fixed report with all that a reporter may meet: a chain over two files, a group, secrets, control characters,
//! a long line, disposed findings and gaps.

use std::collections::BTreeMap;
use tenure::finding::{Disposal, Disposed, Finding, Related};
use tenure::model::{Date, Id, Noun, OwnerStep, Ownership, Strength, Subject};
use tenure::report::{Coverage, Population, Report, Summary};
use tenure::rule::{Confidence, Profile, RuleSet, Severity, parse};
use tenure::source::{Blob, BlobId, Blobs, Gap, GapKind, Secret, Span};

/// Values that no report may hold; put together here, so that they stand in no file.
pub(crate) fn secrets() -> Vec<String> {
    vec![
        ["gh", "p_", "k3Jx", "Qm7Zr2Vt9Lw4Bn8Hc5Yd1Fs6Pa0GeU"].concat(),
        ["hunt", "er2!"].concat(),
        ["MIIEvQ", "IBADANBgkqhkiG9w0BAQEFAASC"].concat(),
    ]
}

/// The texts of the small repository, by path.
fn files() -> BTreeMap<&'static str, String> {
    let secrets = secrets();
    let (token, password, key) = (&secrets[0], &secrets[1], &secrets[2]);
    BTreeMap::from([
        (
            ".github/CODEOWNERS",
            "# who answers\n\n/infra/ @acme/platform\n".to_owned(),
        ),
        (
            ".github/workflows/deploy.yml",
            "name: deploy\non: pull_request_target\njobs:\n  ship:\n    permissions:\n      id-token: write\n    steps:\n      \
             - run: ./ship.sh\n"
                .to_owned(),
        ),
        (
            "app/.env",
            format!("\u{feff}TOKEN={token} PASSWORD={password}\r\nCOPY={token}\r\n"),
        ),
        (
            "app/a b%:\u{1b}[31m\u{202e}.tf",
            format!("locals {{\n\tkey = \"\u{1b}]0;x\u{7}é𝄞\u{202e}\" # {token}\n}}\n"),
        ),
        (
            "app/dist.js",
            format!("{}var p=\"{password}\";{}\n", "a();".repeat(200), "b();".repeat(200)),
        ),
        (
            "app/key.pem",
            format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"),
        ),
        (
            "infra/main.tf",
            "resource \"aws_iam_role\" \"ci\" {\n  assume_role_policy = jsonencode({\n    Condition = { StringLike = { sub = \
             \"repo:acme/*\" } }\n  })\n}\n\nresource \"aws_iam_role_policy_attachment\" \"ci\" {\n  role       = \
             aws_iam_role.ci.name\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n"
                .to_owned(),
        ),
        (
            "infra/users.tf",
            (0..14)
                .map(|n| format!("resource \"aws_iam_user\" \"u{n}\" {{}}\n"))
                .collect(),
        ),
    ])
}

const RULES: [(&str, &str); 4] = [
    (
        "trust/any-branch",
        "title: Role that any branch can become\ntopic: oidc-trust\nseverity: high\nconfidence: high\nsince: 0.0.1\nnhi: [NHI6, \
         NHI5]\ncsf: [PR.AA-04, PR.AA-05]\ncwe: [CWE-284]\ndocs: [\"https://docs.github.com/en/actions/reference/security/oidc\"]\n\
         native: true\nmessage: '{name} lets in any branch'\npoint_at: trust\nfix: Name the branch in the subject.\n---\n\
         Looks for **roles** that trust a [subject](https://example.org/sub) with a wildcard.\n\nWhoever can push a branch can \
         become the role.\n\n```hcl\nsub = \"repo:acme/app:ref:refs/heads/main\"\n```\n\n## Examples\n",
    ),
    (
        "identity/missing-owner",
        "title: Identity without an owner\ntopic: ownership\nseverity: medium\nconfidence: medium\nsince: 0.0.1\nnhi: [NHI1]\ncsf: \
         [GV.RR-02]\non: identity\nwhen: absent(identity.owner)\nmessage: '{name} has no owner'\nfix: Add an owner tag.\ngroup: \
         root\n---\nNobody answers for it.\n",
    ),
    (
        "secret/github-token",
        "title: GitHub token in plain text\ntopic: hardcoded-secrets\nseverity: critical\nconfidence: high\nsince: 0.0.1\nnhi: \
         [NHI2]\ncsf: [PR.AA-01, PR.DS-01]\ncwe: [CWE-798]\npattern:\n  provider: github\n  kind: token\n  anchors: [\"ghp_\"]\n  \
         checksum: crc32-base62\n  public_prefix: 4\nmessage: 'GitHub token in plain text'\nfix: Revoke it, then keep the new one in a \
         secret store.\n---\nA token in a file is everyone's token.\n",
    ),
    (
        "secret/password",
        "title: Password in plain text\ntopic: hardcoded-secrets\nseverity: low\nconfidence: low\nprofile: strict\nsince: \
         0.0.1\nnhi: [NHI2]\ncsf: [PR.AA-01]\npattern:\n  provider: generic\n  kind: keyed\n  anchors: [\"pass\"]\nmessage: 'password in \
         plain text'\n---\nA password in a file.\n",
    ),
];

/// Finds places in the small repository.
struct Repository {
    files: BTreeMap<&'static str, String>,
}

impl Repository {
    fn blob(&self, path: &str) -> BlobId {
        let index = self.files.keys().position(|key| *key == path).unwrap();
        BlobId(u32::try_from(index).unwrap())
    }

    /// The first place of `needle` in a file.
    fn at(&self, path: &str, needle: &str) -> Span {
        let start = self.files[path].find(needle).unwrap();
        Span::new(self.blob(path), start, start + needle.len())
    }

    fn related(&self, path: &str, needle: &str, label: &str) -> Related {
        Related {
            span: self.at(path, needle),
            label: label.to_owned(),
        }
    }

    fn finding(&self, rule: &str, severity: Severity, span: Span, message: &str) -> Finding {
        let path = self.files.keys().nth(span.blob.0 as usize).unwrap();
        Finding {
            rule: rule.to_owned(),
            severity,
            confidence: Confidence::High,
            profile: Profile::Default,
            message: message.to_owned(),
            span,
            whole: None,
            address: (*path).to_owned(),
            attribute: String::new(),
            subject: None,
            related: Vec::new(),
            also: Vec::new(),
            chain: Vec::new(),
            route: Ownership::Nobody,
            fix: String::new(),
            secret: None,
            properties: Vec::new(),
            fingerprint: format!("{:032x}{:08x}{:08x}", rule.len(), span.blob.0, span.start),
            group: String::new(),
        }
    }
}

/// The report.
pub(crate) fn report() -> Report {
    let repository = Repository { files: files() };
    let mut findings = vec![chain(&repository)];
    findings.extend(plain(&repository));
    findings.extend(group(&repository));
    findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    let disposed = disposed(&repository);
    let coverage = coverage(&repository);
    let blobs = repository
        .files
        .into_iter()
        .map(|(path, text)| Blob::new(path.to_owned(), Some(text.into_bytes())))
        .collect();
    Report {
        findings,
        disposed,
        coverage,
        summary: Summary {
            estate: Some(Population {
                identities: 16,
                ownerless: 14,
                standing: 1,
                credentials: 3,
                endless: 2,
            }),
            secrets: 3,
            waived: 1,
        },
        blobs: Blobs::new(blobs),
        rules: rules(),
        now: Date::constant(2026, 2, 3),
        profile: Profile::Strict,
        hidden: Vec::new(),
        partial: None,
    }
}

fn rules() -> RuleSet {
    let read = |(id, text): (&str, &str)| parse(id, id, &format!("---\n{text}")).unwrap();
    RuleSet::new(RULES.into_iter().map(read).collect())
}

/// A workflow that anyone can start reaches an administrator role: one finding, four steps, two files.
fn chain(repository: &Repository) -> Finding {
    let (flow, infra) = (".github/workflows/deploy.yml", "infra/main.tf");
    let mut finding = repository.finding(
        "trust/any-branch",
        Severity::High,
        repository.at(infra, "\"repo:acme/*\""),
        "aws_iam_role.ci lets in any branch of acme [see](x). A pull request reaches the administrator's rights.",
    );
    finding.address = "infra:aws_iam_role.ci".to_owned();
    finding.attribute = "assume_role_policy".to_owned();
    let head = repository.at(infra, "resource \"aws_iam_role\"");
    finding.whole = Some(head.to(repository.at(infra, "  })\n}")));
    finding.subject = Some(Subject {
        noun: Noun::Trust,
        id: Id(0),
    });
    finding.related = vec![repository.related(infra, "aws_iam_role\" \"ci\"", "the [role]")];
    finding.chain = vec![
        repository.related(flow, "pull_request_target", "anyone can start it"),
        repository.related(flow, "id-token: write", "may ask for a token"),
        repository.related(infra, "\"repo:acme/*\"", "any branch is let in"),
        repository.related(infra, "AdministratorAccess", "administrator"),
    ];
    finding.route = Ownership::Owned {
        owner: "@acme/platform".into(),
        step: OwnerStep::Codeowners,
        strength: Strength::Inferred,
        span: Some(repository.at(".github/CODEOWNERS", "/infra/ @acme/platform")),
    };
    finding.fix = "Name the branch in the subject.".to_owned();
    finding.properties = vec![("provider".to_owned(), "aws".to_owned())];
    finding
}

/// Secrets, alone and two on a line, in a long line, and beside control characters.
fn plain(repository: &Repository) -> Vec<Finding> {
    let secrets = secrets();
    let wrap = |value: &str, public| Some(Secret::new(value.as_bytes(), public));
    let weird = "app/a b%:\u{1b}[31m\u{202e}.tf";
    let mut token = repository.finding(
        "secret/github-token",
        Severity::Critical,
        repository.at("app/.env", &secrets[0]),
        &format!("GitHub token in plain text: {}", secrets[0]),
    );
    token.secret = wrap(&secrets[0], 4);
    token.attribute = "TOKEN".to_owned();
    token.related = vec![repository.related(weird, &secrets[0], "the same value\u{1b}[0m")];
    token.fix = "Revoke it, then keep the new one in a secret store.".to_owned();
    let mut password = repository.finding(
        "secret/password",
        Severity::Low,
        repository.at("app/.env", &secrets[1]),
        "password in plain text",
    );
    password.secret = wrap(&secrets[1], 0);
    password.attribute = "PASSWORD".to_owned();
    let mut long = password.clone();
    long.span = repository.at("app/dist.js", &secrets[1]);
    long.address = "app/dist.js".to_owned();
    long.attribute = "p".to_owned();
    long.fingerprint = "d15c".repeat(16);
    let mut control = repository.finding(
        "identity/missing-owner",
        Severity::Medium,
        repository.at(weird, "é𝄞\u{202e}"),
        "a name with \u{1b}[31mred\u{202e} in it\nhas no owner, 100% sure",
    );
    control.address = "=cmd(), \"x\"".to_owned();
    control.subject = Some(Subject {
        noun: Noun::Identity,
        id: Id(0),
    });
    control.route = Ownership::Unknown(Some(repository.at(weird, "locals")));
    vec![token, password, long, control]
}

/// Fourteen identities without an owner, shown as one.
fn group(repository: &Repository) -> Vec<Finding> {
    (0..14)
        .map(|n| {
            let name = format!("\"aws_iam_user\" \"u{n}\"");
            let message = format!("user u{n} has no owner");
            let span = repository.at("infra/users.tf", &name);
            let mut finding =
                repository.finding("identity/missing-owner", Severity::Medium, span, &message);
            finding.address = format!("infra:aws_iam_user.u{n}");
            finding.group = "infra".to_owned();
            finding.fix = "Add an owner tag.".to_owned();
            finding
        })
        .collect()
}

fn disposed(repository: &Repository) -> Vec<Disposed> {
    let secrets = secrets();
    let mut key = repository.finding(
        "secret/private-key",
        Severity::High,
        repository.at(
            "app/key.pem",
            &format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
                secrets[2]
            ),
        ),
        "private key in plain text",
    );
    key.secret = Some(Secret::new(secrets[2].as_bytes(), 0));
    let mut known = repository.finding(
        "secret/github-token",
        Severity::Critical,
        Span::new(repository.blob("app/.env"), 85, 119),
        "GitHub token in plain text",
    );
    known.secret = Some(Secret::new(secrets[0].as_bytes(), 4));
    let ignored = repository.finding(
        "identity/missing-owner",
        Severity::Medium,
        repository.at("infra/main.tf", "aws_iam_role\" \"ci\""),
        "role ci has no owner",
    );
    vec![
        Disposed {
            finding: known,
            by: Disposal::Baseline,
        },
        Disposed {
            finding: key,
            by: Disposal::Waived {
                at: repository.at("app/key.pem", "-----BEGIN PRIVATE KEY-----"),
                reason: "test key, | see SEC-1".to_owned(),
                owner: "@acme/app".to_owned(),
                expires: "2026-03-01".to_owned(),
            },
        },
        Disposed {
            finding: ignored,
            by: Disposal::Ignored {
                reason: "not ours".to_owned(),
            },
        },
    ]
}

fn coverage(repository: &Repository) -> Coverage {
    Coverage {
        listed: 12,
        scanned: 8,
        bytes: 4321,
        parsed: vec![("hcl".to_owned(), 3), ("yaml".to_owned(), 1)],
        skipped: vec![("binary".to_owned(), 2), ("too large".to_owned(), 1)],
        gaps: vec![
            Gap::of_file(
                "app/broken.yaml",
                GapKind::Syntax,
                "a tab where a blank is wanted",
            ),
            Gap::at(
                "infra/main.tf",
                repository.at("infra/main.tf", "jsonencode"),
                GapKind::Unresolved,
                "nothing by that name",
            ),
        ],
        unknowns: vec![("credential/missing-expiry".to_owned(), 2)],
        rules: 4,
    }
}
