//! Where a document stands and how it is written.

use super::*;

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
fn a_path_that_leads_out_of_a_folder_names_no_file_below_it() {
    let policy = |action: &str| {
        format!(
            "{{\"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"*\"}}]}}"
        )
    };
    let config = "resource \"aws_iam_role_policy\" \"p\" {\n role = \"r\"\n policy = file(\"${path.module}/../p.json\")\n}\n";
    let estate = facts(&sample::resolved(&[
        ("envs/prod/main.tf", config),
        ("envs/p.json", &policy("*")),
        ("p.json", &policy("s3:GetObject")),
    ]));
    let tied = estate.grants.iter().find(|grant| grant.to.text() == "r");
    assert_eq!(
        tied.map(|grant| grant.address.as_str()),
        Some("envs/p.json")
    );
}

#[test]
fn hostile_documents_end() {
    let cycle = estate(
        "data \"aws_iam_policy_document\" \"a\" {\n source_policy_documents = [data.aws_iam_policy_document.b.json]\n}\ndata \"aws_iam_policy_document\" \"b\" {\n source_policy_documents = [data.aws_iam_policy_document.a.json, data.aws_iam_policy_document.a.json]\n}\n",
    );
    assert!(cycle.grants.is_empty());
}
