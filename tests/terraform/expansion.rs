//! `count`, `for_each` and dynamic blocks.

use super::support::{at, attribute, evaluate};
use tenure::source::GapKind;

fn addresses(text: &str) -> Vec<String> {
    let (found, _) = evaluate(&[("main.tf", text)]);
    let resources = found.iter().filter(|d| d.kind.starts_with("aws_"));
    resources.map(|d| d.address.to_string()).collect()
}

#[test]
fn static_keys_make_instances() {
    assert_eq!(
        addresses(
            r#"
            locals { users = { ana = "admin", bo = "read" } }
            resource "aws_iam_user" "u" {
              for_each = local.users
              name     = each.key
            }
            resource "aws_iam_user" "s" {
              for_each = toset(["x", "y"])
              name     = each.value
            }
            resource "aws_iam_user" "c" { count = 2 }
            resource "aws_iam_user" "none" { count = false ? 1 : 0 }
            "#
        ),
        [
            "aws_iam_user.u[\"ana\"]",
            "aws_iam_user.u[\"bo\"]",
            "aws_iam_user.s[\"x\"]",
            "aws_iam_user.s[\"y\"]",
            "aws_iam_user.c[0]",
            "aws_iam_user.c[1]",
        ]
    );
}

#[test]
fn keys_that_are_not_known_make_one_instance_for_all() {
    let text = r#"
        variable "users" {}
        variable "create" {}
        resource "aws_iam_user" "u" {
          for_each = var.users
          name     = each.key
        }
        resource "aws_iam_user" "c" { count = var.create ? 1 : 0 }
        output "one" { value = one(aws_iam_user.c[*].arn) }
        output "joined" { value = join("", aws_iam_user.c.*.arn) }
        output "first" { value = aws_iam_user.c[0].arn }
        output "all" { value = [for u in aws_iam_user.u : u.arn] }
        output "keyed" { value = aws_iam_user.u["x"].arn }
    "#;
    assert_eq!(addresses(text), ["aws_iam_user.u", "aws_iam_user.c"]);
    let (found, _) = evaluate(&[("main.tf", text)]);
    assert_eq!(
        attribute(&found, "aws_iam_user.u", "name"),
        "?instances not known"
    );
    for output in ["one", "joined", "first"] {
        let address = format!("output.{output}");
        assert_eq!(attribute(&found, &address, "value"), "<aws_iam_user.c.arn>");
    }
    assert_eq!(
        attribute(&found, "output.all", "value"),
        "[<aws_iam_user.u.arn>,?more items]"
    );
    assert_eq!(
        attribute(&found, "output.keyed", "value"),
        "<aws_iam_user.u.arn>"
    );
}

#[test]
fn known_keys_beside_unknown_ones_make_their_instances() {
    assert_eq!(
        addresses(
            r#"
            variable "more" {}
            resource "aws_iam_user" "u" { for_each = merge({ ana = 1 }, var.more) }
            "#
        ),
        ["aws_iam_user.u[\"ana\"]", "aws_iam_user.u"]
    );
}

#[test]
fn references_choose_instances() {
    let (found, _) = evaluate(&[(
        "main.tf",
        r#"
        variable "which" {}
        resource "aws_iam_role" "r" {
          for_each = toset(["a", "b"])
          name     = "role-${each.key}"
        }
        resource "aws_iam_role_policy" "p" {
          for_each = aws_iam_role.r
          role     = each.value.id
          name     = "p-${each.value.name}"
        }
        output "key" { value = aws_iam_role.r["a"].arn }
        output "unknown" { value = aws_iam_role.r[var.which].arn }
        output "missing" { value = try(aws_iam_role.r["z"].arn, "none") }
        output "all" { value = values(aws_iam_role.r)[*].arn }
        output "map" { value = { for k, r in aws_iam_role.r : k => r.arn } }
        "#,
    )]);
    let policy = "aws_iam_role_policy.p[\"b\"]";
    assert_eq!(
        attribute(&found, policy, "role"),
        "<aws_iam_role.r[\"b\"].id>"
    );
    assert_eq!(attribute(&found, policy, "name"), "\"p-role-b\"");
    assert_eq!(
        attribute(&found, "output.key", "value"),
        "<aws_iam_role.r[\"a\"].arn>"
    );
    assert_eq!(
        attribute(&found, "output.unknown", "value"),
        "<aws_iam_role.r[\"a\"].arn>|<aws_iam_role.r[\"b\"].arn>"
    );
    assert_eq!(attribute(&found, "output.missing", "value"), "\"none\"");
    assert_eq!(
        attribute(&found, "output.all", "value"),
        "[<aws_iam_role.r[\"a\"].arn>,<aws_iam_role.r[\"b\"].arn>]"
    );
    assert_eq!(
        attribute(&found, "output.map", "value"),
        "{a=<aws_iam_role.r[\"a\"].arn>,b=<aws_iam_role.r[\"b\"].arn>}"
    );
}

#[test]
fn dynamic_blocks_are_laid_out() {
    let (found, _) = evaluate(&[(
        "main.tf",
        r#"
        variable "extra" {}
        data "aws_iam_policy_document" "p" {
          statement { actions = ["a:b"] }
          dynamic "statement" {
            for_each = { x = ["s3:Get"], y = ["s3:Put"] }
            iterator = it
            content {
              sid     = it.key
              actions = it.value
              dynamic "condition" {
                for_each = it.key == "y" ? [1] : []
                content { test = "n${condition.value}" }
              }
            }
          }
          dynamic "statement" {
            for_each = var.extra
            content { actions = statement.value }
          }
        }
        "#,
    )]);
    let body = &at(&found, "data.aws_iam_policy_document.p").body;
    let statements: Vec<String> = body.all("statement").map(super::support::show).collect();
    assert_eq!(
        statements,
        [
            "{actions=[\"a:b\"]}",
            "{sid=\"x\",actions=[\"s3:Get\"]}",
            "{sid=\"y\",actions=[\"s3:Put\"],condition={test=\"n1\"}}",
            "{actions=?for_each not known}|null",
        ]
    );
}

#[test]
fn too_many_instances_are_one_and_a_gap() {
    let (found, gaps) = evaluate(&[("main.tf", "resource \"t\" \"n\" {\n  count = 5000\n}\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].kind, GapKind::Limit);
    assert_eq!(gaps[0].path, "main.tf");
}

#[test]
fn dynamic_blocks_in_json_are_laid_out_too() {
    let (found, _) = evaluate(&[(
        "main.tf.json",
        r#"{"data": {"aws_iam_policy_document": {"p": {"dynamic": {"statement": [
            {"for_each": {"x": ["s3:Get"]}, "iterator": "it", "content": {"sid": "${it.key}", "actions": "${it.value}"}}]}}}}}"#,
    )]);
    let body = &at(&found, "data.aws_iam_policy_document.p").body;
    let statements: Vec<String> = body.all("statement").map(super::support::show).collect();
    assert_eq!(statements, ["{sid=\"x\",actions=[\"s3:Get\"]}"]);
}

#[test]
fn what_a_library_makes_only_for_its_callers_is_one_for_all() {
    let text = r#"
        variable "users" { default = {} }
        variable "create" { default = false }
        locals { create = var.create }
        resource "aws_iam_user" "u" { for_each = var.users }
        resource "aws_iam_user" "c" { count = local.create ? 1 : 0 }
        resource "aws_iam_user" "off" { count = 0 }
    "#;
    assert_eq!(addresses(text), ["aws_iam_user.u", "aws_iam_user.c"]);
    let applied = format!("{text}\nprovider \"aws\" {{}}\n");
    assert_eq!(addresses(&applied), [""; 0]);
}
