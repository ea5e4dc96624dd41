//! Who is let in.

use super::*;

/// A role with this trust policy, and its trusts.
fn trusts(statement: &str) -> Vec<Trust> {
    estate(&format!(
        "resource \"aws_iam_role\" \"ci\" {{\n assume_role_policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRole\"\n{statement}\n}}] }})\n}}\n"
    ))
    .trusts
}

#[test]
fn an_oidc_trust_has_issuer_subjects_and_breadth() {
    let found = trusts(
        "Principal = { Federated = \"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com\" }\nCondition = { StringLike = { \"token.actions.githubusercontent.com:sub\" = [\"repo:acme/app:*\"] }, StringEquals = { \"token.actions.githubusercontent.com:aud\" = \"sts.amazonaws.com\" } }",
    );
    let [trust] = found.as_slice() else {
        panic!("one trust");
    };
    assert_eq!(trust.kind.text(), "oidc");
    assert_eq!(trust.issuer.text(), "token.actions.githubusercontent.com");
    assert_eq!(trust.issuer_kind.text(), "github");
    assert!(trust.subjects.contains("repo:acme/app:*"));
    assert!(trust.audiences.contains("sts.amazonaws.com"));
    assert_eq!(trust.breadth.text(), "repository");
    assert_eq!(trust.of.text(), "aws_iam_role.ci");
    assert_eq!(trust.session, Fact::Default(3600));
}

#[test]
fn the_issuer_is_followed_to_its_provider() {
    let found = estate(
        "resource \"aws_iam_openid_connect_provider\" \"gl\" {\n url = \"https://gitlab.com\"\n client_id_list = [\"x\"]\n}\nresource \"aws_iam_role\" \"ci\" {\n assume_role_policy = data.aws_iam_policy_document.t.json\n}\ndata \"aws_iam_policy_document\" \"t\" {\n statement {\n  actions = [\"sts:AssumeRoleWithWebIdentity\"]\n  principals {\n   type = \"Federated\"\n   identifiers = [aws_iam_openid_connect_provider.gl.arn]\n  }\n }\n}\n",
    );
    let trust = &found.trusts[0];
    assert_eq!(trust.issuer.text(), "gitlab.com");
    assert_eq!(trust.issuer_kind.text(), "gitlab");
    assert_eq!(trust.breadth.text(), "anyone");
    assert_eq!(trust.address, "data.aws_iam_policy_document.t");
    assert!(found.grants.is_empty());
}

#[test]
fn principals_of_a_trust_are_told_apart() {
    let found = trusts(
        "Principal = { Service = \"ec2.amazonaws.com\", AWS = [\"arn:aws:iam::999999999999:root\", \"arn:aws:iam::${data.aws_caller_identity.c.account_id}:role/x\"] }\nCondition = { StringEquals = { \"sts:ExternalId\" = \"abc\" } }",
    );
    let found: Vec<(&str, &str, Option<bool>, &str)> = found
        .iter()
        .map(|trust| {
            (
                trust.kind.text(),
                trust.breadth.text(),
                trust.external_account.value().copied(),
                trust.external_id.text(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("service", "", None, "abc"),
            ("account", "account", Some(true), "abc"),
            ("role", "workload", Some(false), "abc"),
        ]
    );
}

#[test]
fn anyone_may_be_let_in() {
    let open = trusts("Principal = \"*\"");
    assert_eq!(
        (open[0].kind.text(), open[0].breadth.text()),
        ("public", "anyone")
    );
    let narrowed = trusts(
        "Principal = { AWS = \"*\" }\nCondition = { StringEquals = { \"aws:PrincipalOrgID\" = \"o-1\" } }",
    );
    assert_eq!(narrowed[0].breadth.text(), "organisation");
}

#[test]
fn own_accounts_are_not_foreign() {
    let found = estate(
        "provider \"aws\" {\n assume_role {\n  role_arn = \"arn:aws:iam::111111111111:role/deploy\"\n }\n}\nresource \"aws_iam_role\" \"ci\" {\n assume_role_policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { AWS = \"arn:aws:iam::111111111111:root\" } }] })\n}\n",
    );
    assert_eq!(found.trusts[0].external_account.value(), Some(&false));
}
