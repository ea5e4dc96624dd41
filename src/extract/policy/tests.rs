//! Policies as people write them, through the built-in tables.

use super::super::{facts, sample};
use crate::model::{Estate, Fact, Grant, Trust};

fn estate(text: &str) -> Estate {
    facts(&sample::resolved(&[("main.tf", text)]))
}

/// `to`, level and effect of every grant.
fn grants(estate: &Estate) -> Vec<(&str, &str, &str)> {
    estate
        .grants
        .iter()
        .map(|grant| (grant.to.text(), grant.level.text(), grant.effect.text()))
        .collect()
}

/// A role policy for `aws_iam_role.ci` with these statements, and its only grant.
fn statement(body: &str) -> Grant {
    let estate = estate(&format!(
        "resource \"aws_iam_role_policy\" \"p\" {{\n role = aws_iam_role.ci.name\n policy = jsonencode({{ Statement = [{{ Effect = \"Allow\"\n{body}\n}}] }})\n}}\n"
    ));
    assert_eq!(estate.grants.len(), 1);
    estate.grants.into_iter().next().expect("a grant")
}

/// A role with this trust policy, and its trusts.
fn trusts(statement: &str) -> Vec<Trust> {
    estate(&format!(
        "resource \"aws_iam_role\" \"ci\" {{\n assume_role_policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRole\"\n{statement}\n}}] }})\n}}\n"
    ))
    .trusts
}

#[test]
fn levels_are_by_effect() {
    let level = |body: &str| {
        let grant = statement(body);
        (
            grant.level.text().to_owned(),
            grant.wildcard.value().copied(),
        )
    };
    let cases = [
        ("Action = \"*\"\nResource = \"*\"", "admin", true),
        (
            "NotAction = \"organizations:*\"\nResource = \"*\"",
            "admin",
            true,
        ),
        ("Action = \"iam:*\"\nResource = \"*\"", "admin", true),
        (
            "Action = \"*\"\nResource = \"arn:aws:s3:::a/*\"",
            "write",
            false,
        ),
        ("Action = \"s3:*\"\nResource = \"*\"", "write", true),
        (
            "Action = \"s3:*\"\nResource = \"arn:aws:s3:::a\"",
            "write",
            false,
        ),
        (
            "Action = [\"s3:Get*\", \"ec2:Describe*\"]\nResource = \"*\"",
            "read",
            false,
        ),
        (
            "Action = \"dynamodb:PutItem\"\nResource = \"*\"",
            "write",
            false,
        ),
        (
            "Action = \"iam:AttachRolePolicy\"\nResource = \"*\"",
            "escalate",
            false,
        ),
        (
            "Action = \"iam:PassRole\"\nResource = \"arn:aws:iam::1:role/one\"",
            "write",
            false,
        ),
        (
            "Action = \"s3:GetObject\"\nNotResource = \"arn:aws:s3:::a\"",
            "read",
            false,
        ),
    ];
    for (body, expected, wildcard) in cases {
        assert_eq!(level(body), (expected.to_owned(), Some(wildcard)), "{body}");
    }
}

#[test]
fn effects_name_what_a_right_amounts_to() {
    for (actions, effect) in [
        (
            "[\"s3:ListBucket\", \"secretsmanager:GetSecretValue\"]",
            "read_secrets",
        ),
        ("\"sts:AssumeRole\"", "impersonate"),
        ("\"iam:PassRole\"", "pass_role"),
        ("\"iam:Create*\"", "change_permissions"),
        ("\"ssm:SendCommand\"", "run_commands"),
        ("\"s3:GetObject\"", "read_data"),
        ("\"ec2:DescribeInstances\"", ""),
    ] {
        let grant = statement(&format!("Action = {actions}\nResource = \"*\""));
        assert_eq!(grant.effect.text(), effect, "{actions}");
    }
}

#[test]
fn what_takes_no_resource_cannot_be_narrowed() {
    let narrowable = |actions: &str| {
        let grant = statement(&format!("Action = {actions}\nResource = \"*\""));
        grant.narrowable.value().copied()
    };
    assert_eq!(
        narrowable("[\"ecr:GetAuthorizationToken\", \"ec2:Describe*\"]"),
        Some(false)
    );
    assert_eq!(
        narrowable("[\"ecr:GetAuthorizationToken\", \"s3:PutObject\"]"),
        Some(true)
    );
}

#[test]
fn conditions_narrow_a_grant() {
    let grant = statement(
        "Action = \"s3:*\"\nResource = \"*\"\nCondition = { Bool = { \"aws:MultiFactorAuthPresent\" = \"true\" }, DateLessThan = { \"aws:CurrentTime\" = \"2027-01-31T00:00:00Z\" } }",
    );
    assert_eq!(grant.mfa.value(), Some(&true));
    assert_eq!(grant.activation.text(), "time_bound");
    assert_eq!(
        grant.expires.value().map(ToString::to_string).as_deref(),
        Some("2027-01-31")
    );
    assert!(grant.conditions.contains("aws:MultiFactorAuthPresent"));
    let standing = statement("Action = \"s3:*\"\nResource = \"*\"");
    assert_eq!(standing.activation.text(), "standing");
}

#[test]
fn what_cannot_be_known_is_not_guessed() {
    let grant = statement("Action = var.actions\nResource = \"*\"");
    assert!(grant.level.is_unknown());
    assert!(grant.wildcard.is_unknown());
    let partly = statement("Action = [\"s3:*\", var.more]\nResource = \"*\"");
    assert_eq!(partly.wildcard.value(), Some(&true));
    let none = estate(
        "resource \"aws_iam_role_policy\" \"p\" {\n role = \"r\"\n policy = var.policy\n}\n",
    );
    assert!(none.grants.is_empty());
}

#[test]
fn text_with_holes_is_read() {
    let estate = estate(
        "resource \"aws_iam_user_policy\" \"p\" {\n user = aws_iam_user.ci.name\n policy = <<EOF\n{\n \"Statement\": {\n  \"Effect\": \"Allow\",\n  \"Action\": [\"s3:PutObject\"],\n  \"Resource\": \"${aws_s3_bucket.a.arn}/*\"\n }\n}\nEOF\n}\n",
    );
    let [grant] = estate.grants.as_slice() else {
        panic!("one grant");
    };
    assert!(grant.resources.contains("${aws_s3_bucket.a.arn}/*"));
    assert!(grant.resources.complete);
    assert_eq!(grant.to.text(), "aws_iam_user.ci");
    assert_eq!(grant.principal.text(), "user");
    assert!(!grant.span.is_empty());
}

const DOCUMENTS: &str = "
data \"aws_iam_policy_document\" \"base\" {
  statement {
    sid       = \"A\"
    actions   = [\"*\"]
    resources = [\"*\"]
  }
  statement {
    sid       = \"B\"
    actions   = [\"s3:GetObject\"]
    resources = [\"arn:aws:s3:::b/*\"]
  }
}
data \"aws_iam_policy_document\" \"all\" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    sid       = \"A\"
    actions   = [\"s3:PutObject\"]
    resources = [\"arn:aws:s3:::a/*\"]
  }
}
";

#[test]
fn documents_are_merged_by_statement_name() {
    let text = format!(
        "{DOCUMENTS}resource \"aws_iam_role_policy\" \"p\" {{\n role = aws_iam_role.ci.id\n policy = data.aws_iam_policy_document.all.json\n}}\n"
    );
    let estate = estate(&text);
    let found: Vec<(&str, &str)> = estate
        .grants
        .iter()
        .map(|grant| (grant.role.text(), grant.address.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("B", "data.aws_iam_policy_document.base"),
            ("A", "data.aws_iam_policy_document.all")
        ]
    );
    assert!(
        estate
            .grants
            .iter()
            .all(|grant| grant.to.text() == "aws_iam_role.ci")
    );
}

#[test]
fn a_document_nobody_uses_still_says_what_it_grants() {
    let estate = estate(DOCUMENTS);
    assert_eq!(estate.grants.len(), 2);
    assert!(estate.grants.iter().all(|grant| grant.to.is_absent()));
    assert!(
        estate
            .grants
            .iter()
            .all(|grant| grant.policy.text() == "identity")
    );
}

#[test]
fn every_form_of_attachment_reaches_the_policy() {
    let policy = "resource \"aws_iam_policy\" \"p\" {\n name = \"named\"\n policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }] })\n}\n";
    for (attachment, to) in [
        (
            "\"aws_iam_role_policy_attachment\" \"a\" {\n role = aws_iam_role.r.name\n policy_arn = aws_iam_policy.p.arn\n}",
            "aws_iam_role.r",
        ),
        (
            "\"aws_iam_user_policy_attachment\" \"a\" {\n user = aws_iam_user.u.name\n policy_arn = aws_iam_policy.p.arn\n}",
            "aws_iam_user.u",
        ),
        (
            "\"aws_iam_group_policy_attachment\" \"a\" {\n group = \"g\"\n policy_arn = aws_iam_policy.p.arn\n}",
            "g",
        ),
        (
            "\"aws_iam_policy_attachment\" \"a\" {\n name = \"x\"\n roles = [aws_iam_role.r.name]\n policy_arn = aws_iam_policy.p.arn\n}",
            "aws_iam_role.r",
        ),
        (
            "\"aws_iam_role\" \"r\" {\n managed_policy_arns = [aws_iam_policy.p.arn]\n assume_role_policy = \"\"\n}",
            "aws_iam_role.r",
        ),
        (
            "\"aws_iam_role_policy_attachment\" \"a\" {\n role = \"r\"\n policy_arn = \"arn:aws:iam::${var.account}:policy/named\"\n}",
            "r",
        ),
        (
            "\"aws_ssoadmin_customer_managed_policy_attachment\" \"a\" {\n permission_set_arn = aws_ssoadmin_permission_set.s.arn\n customer_managed_policy_reference {\n  name = aws_iam_policy.p.name\n }\n}",
            "aws_ssoadmin_permission_set.s",
        ),
    ] {
        let estate = estate(&format!("{policy}resource {attachment}\n"));
        assert_eq!(
            grants(&estate),
            [(to, "admin", "everything")],
            "{attachment}"
        );
        assert_eq!(estate.grants[0].address, "aws_iam_policy.p");
    }
}

#[test]
fn managed_policies_have_levels() {
    for (arn, role, level) in [
        (
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "AdministratorAccess",
            "admin",
        ),
        (
            "arn:${data.aws_partition.p.partition}:iam::aws:policy/IAMFullAccess",
            "IAMFullAccess",
            "escalate",
        ),
        (
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "ReadOnlyAccess",
            "read",
        ),
        (
            "arn:aws:iam::aws:policy/AmazonS3FullAccess",
            "AmazonS3FullAccess",
            "write",
        ),
    ] {
        let estate = estate(&format!(
            "resource \"aws_iam_role_policy_attachment\" \"a\" {{\n role = \"r\"\n policy_arn = \"{arn}\"\n}}\n"
        ));
        let grant = &estate.grants[0];
        assert_eq!((grant.role.text(), grant.level.text()), (role, level));
    }
}

#[test]
fn a_boundary_is_no_grant() {
    let estate = estate(
        "resource \"aws_iam_policy\" \"limit\" {\n policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }] })\n}\nresource \"aws_iam_role\" \"ci\" {\n permissions_boundary = aws_iam_policy.limit.arn\n assume_role_policy = \"\"\n}\n",
    );
    assert!(estate.grants.is_empty());
    assert_eq!(estate.identities[0].boundary.text(), "aws_iam_policy.limit");
}

#[test]
fn denies_are_counted_beside_what_they_limit() {
    let estate = estate(
        "resource \"aws_iam_role_policy\" \"a\" {\n role = aws_iam_role.ci.id\n policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }, { Effect = \"Deny\", Action = \"iam:*\", Resource = \"*\" }] })\n}\nresource \"aws_iam_role_policy\" \"b\" {\n role = aws_iam_role.ci.id\n policy = jsonencode({ Statement = [{ Effect = \"Deny\", Action = \"ec2:*\", Resource = \"*\" }] })\n}\n",
    );
    assert_eq!(estate.grants.len(), 1);
    assert_eq!(estate.grants[0].denies, Fact::Default(2.0));
}

#[test]
fn rights_of_several_policies_combine() {
    let policy = |name: &str, actions: &str| {
        format!(
            "resource \"aws_iam_role_policy\" \"{name}\" {{\n role = aws_iam_role.ci.id\n policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = {actions}, Resource = \"*\" }}] }})\n}}\n"
        )
    };
    let both = estate(&format!(
        "{}{}",
        policy("a", "[\"iam:PassRole\"]"),
        policy("b", "[\"ec2:Run*\"]")
    ));
    assert_eq!(
        both.grants[0].escalation.text(),
        "passes any role to a new instance"
    );
    assert_eq!(both.grants[0].level.text(), "escalate");
    assert!(both.grants[1].escalation.is_absent());
    let one = estate(&policy("a", "[\"ec2:RunInstances\"]"));
    assert!(one.grants[0].escalation.is_absent());
    assert_eq!(one.grants[0].level.text(), "write");
}

#[test]
fn a_keys_policy_means_the_key() {
    let estate = estate(
        "resource \"aws_kms_key\" \"k\" {\n policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = \"arn:aws:iam::123456789012:root\" }, Action = \"kms:*\", Resource = \"*\" }] })\n}\n",
    );
    let grant = &estate.grants[0];
    assert_eq!(grant.policy.text(), "key");
    assert_eq!(grant.wildcard.value(), Some(&false));
    assert_eq!(grant.level.text(), "write");
    assert_eq!(grant.principal.text(), "account");
}

#[test]
fn a_resource_policy_grants_to_each_principal() {
    let estate = estate(
        "resource \"aws_s3_bucket_policy\" \"b\" {\n bucket = \"b\"\n policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = [\"*\", aws_iam_role.r.arn], Service = \"logging.s3.amazonaws.com\" }, Action = \"s3:GetObject\", Resource = \"arn:aws:s3:::b/*\" }, { Effect = \"Deny\", Principal = \"*\", Action = \"s3:*\", Resource = \"*\" }] })\n}\nresource \"aws_iam_role\" \"r\" {\n assume_role_policy = \"\"\n}\n",
    );
    let found: Vec<(&str, &str)> = estate
        .grants
        .iter()
        .map(|grant| (grant.to.text(), grant.principal.text()))
        .collect();
    assert_eq!(
        found,
        [
            ("*", "public"),
            ("aws_iam_role.r", "role"),
            ("logging.s3.amazonaws.com", "platform")
        ]
    );
    assert!(
        estate
            .grants
            .iter()
            .all(|grant| grant.policy.text() == "resource")
    );
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

#[test]
fn a_policy_in_a_file_is_followed() {
    let policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}";
    let config = "resource \"aws_iam_role_policy\" \"p\" {\n role = \"r\"\n policy = file(\"${path.module}/policies/admin.json\")\n}\n";
    let files = [
        ("infra/main.tf", config),
        ("infra/policies/admin.json", policy),
    ];
    let estate = facts(&sample::resolved(&files));
    assert_eq!(grants(&estate), [("r", "admin", "everything")]);
    assert_eq!(estate.grants[0].address, "infra/policies/admin.json");
    assert_eq!(estate.grants[0].span.blob.0, 1);
}

#[test]
fn hostile_documents_end() {
    let cycle = estate(
        "data \"aws_iam_policy_document\" \"a\" {\n source_policy_documents = [data.aws_iam_policy_document.b.json]\n}\ndata \"aws_iam_policy_document\" \"b\" {\n source_policy_documents = [data.aws_iam_policy_document.a.json, data.aws_iam_policy_document.a.json]\n}\n",
    );
    assert!(cycle.grants.is_empty());
}

/// A role with these policies, and its grants.
fn of_role(policies: &[&str], boundary: &str) -> Vec<Grant> {
    let mut text = format!(
        "resource \"aws_iam_role\" \"ci\" {{\n {boundary}\n assume_role_policy = \"\"\n}}\n"
    );
    for (at, statements) in policies.iter().enumerate() {
        text.push_str(&format!(
            "resource \"aws_iam_role_policy\" \"p{at}\" {{\n role = aws_iam_role.ci.id\n policy = jsonencode({{ Statement = [{statements}] }})\n}}\n"
        ));
    }
    estate(&text).grants
}

const PASS: &str = "{ Effect = \"Allow\", Action = [\"iam:PassRole\", \"ec2:RunInstances\", \"s3:GetObject\"], Resource = \"*\" }";

#[test]
fn a_deny_takes_away_what_it_names() {
    let deny = |rest: &str| format!("{PASS}, {{ Effect = \"Deny\", {rest} }}");
    let found = of_role(&[&deny("Action = \"iam:*\", Resource = \"*\"")], "");
    assert_eq!(found.len(), 1);
    assert!(found[0].escalation.is_absent());
    let left: Vec<&str> = found[0].actions.texts().collect();
    assert_eq!(left, ["ec2:RunInstances", "s3:GetObject"]);
    for narrow in [
        "Action = \"iam:*\", Resource = \"arn:aws:iam::123456789012:role/admin\"",
        "Action = \"iam:*\", Resource = \"*\", Condition = { Bool = { \"aws:MultiFactorAuthPresent\" = \"false\" } }",
        "NotAction = [\"iam:PassRole\", \"ec2:*\"], Resource = \"*\"",
    ] {
        let found = of_role(&[&deny(narrow)], "");
        assert!(!found[0].escalation.is_absent(), "{narrow}");
    }
}

#[test]
fn a_deny_in_another_policy_of_the_role_counts_too() {
    let deny = "{ Effect = \"Deny\", NotAction = \"s3:*\", Resource = \"*\" }";
    let found = of_role(&[PASS, deny], "");
    assert!(found[0].escalation.is_absent());
    let all = "{ Effect = \"Deny\", Action = \"*\", Resource = \"*\" }";
    assert!(of_role(&[PASS, all], "").is_empty());
}

#[test]
fn a_boundary_caps_unless_it_allows_everything() {
    let policy = |statement: &str| {
        format!(
            "permissions_boundary = aws_iam_policy.limit.arn\n}}\nresource \"aws_iam_policy\" \"limit\" {{\n name = \"limit\"\n policy = jsonencode({{ Statement = [{statement}] }})\n}}\nresource \"aws_iam_role\" \"other\" {{"
        )
    };
    let capped = |boundary: &str| of_role(&[PASS], boundary)[0].boundary.clone();
    assert_eq!(capped(""), Fact::Absent);
    let wide = policy("{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }");
    assert_eq!(capped(&wide).value(), Some(&false));
    let narrow = policy("{ Effect = \"Allow\", Action = \"s3:*\", Resource = \"*\" }");
    assert_eq!(capped(&narrow).value(), Some(&true));
    let administrator = "permissions_boundary = \"arn:aws:iam::aws:policy/AdministratorAccess\"";
    assert_eq!(capped(administrator).value(), Some(&false));
    assert!(capped("permissions_boundary = \"arn:aws:iam::123456789012:policy/x\"").is_unknown());
}

#[test]
fn wildcards_are_those_of_the_actions() {
    let grant =
        statement("Action = [\"s3:GetObject\", \"sqs:*\", \"ec2:Describe*\"]\nResource = \"*\"");
    let wild: Vec<&str> = grant.wildcards.texts().collect();
    assert_eq!(wild, ["sqs:*"]);
}
