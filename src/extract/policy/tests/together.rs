//! What only all policies of a principal show: denies, boundaries, rights that combine.

use super::*;

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
