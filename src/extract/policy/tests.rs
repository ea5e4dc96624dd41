//! Policies as people write them, through the built-in tables.

mod reading;
mod together;
mod trust;

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
fn wildcards_are_those_of_the_actions() {
    let grant =
        statement("Action = [\"s3:GetObject\", \"sqs:*\", \"ec2:Describe*\"]\nResource = \"*\"");
    let wild: Vec<&str> = grant.wildcards.texts().collect();
    assert_eq!(wild, ["sqs:*"]);
}
