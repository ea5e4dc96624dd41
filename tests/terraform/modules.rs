//! Modules: inputs, outputs, keys, what is not here, provider tags.

use super::support::{at, attribute, evaluate, show};
use tenure::source::GapKind;

const ROLE: &str = r#"
    variable "name" {}
    variable "tags" { default = {} }
    resource "aws_iam_role" "this" {
      name = var.name
      tags = merge(var.tags, { module = path.module })
    }
    output "arn" { value = aws_iam_role.this.arn }
    output "name" { value = var.name }
"#;

#[test]
fn a_module_is_evaluated_once_a_call_with_its_inputs() {
    let main = r#"
        locals { tags = { owner = "pay" } }
        module "ci" {
          source = "../../modules/role"
          name   = "ci"
          tags   = local.tags
        }
        module "cd" {
          source   = "../../modules/role"
          for_each = { a = "x", b = "y" }
          name     = "cd-${each.value}"
        }
        resource "aws_iam_role_policy_attachment" "a" {
          role       = module.ci.name
          policy_arn = module.cd["b"].arn
        }
        output "all" { value = { for k, m in module.cd : k => m.name } }
        output "arns" { value = values(module.cd)[*].arn }
    "#;
    let (found, gaps) = evaluate(&[("envs/prod/main.tf", main), ("modules/role/main.tf", ROLE)]);
    assert_eq!(gaps, []);
    let ci = at(&found, "module.ci.aws_iam_role.this");
    assert_eq!(show(ci.body.get("name").unwrap()), "\"ci\"");
    assert_eq!(
        show(ci.body.get("tags").unwrap()),
        "{owner=\"pay\",module=\"../../modules/role\"}"
    );
    assert_eq!(ci.scope.root, "envs/prod");
    assert_eq!(ci.scope.directory, "modules/role");
    assert_eq!(ci.scope.through, [at(&found, "module.ci").head]);
    assert_eq!(
        attribute(&found, "module.cd[\"b\"].aws_iam_role.this", "name"),
        "\"cd-y\""
    );
    let attachment = "aws_iam_role_policy_attachment.a";
    assert_eq!(attribute(&found, attachment, "role"), "\"ci\"");
    assert_eq!(
        attribute(&found, attachment, "policy_arn"),
        "<module.cd[\"b\"].aws_iam_role.this.arn>"
    );
    assert_eq!(
        attribute(&found, "output.all", "value"),
        "{a=\"cd-x\",b=\"cd-y\"}"
    );
    assert_eq!(
        attribute(&found, "output.arns", "value"),
        "[<module.cd[\"a\"].aws_iam_role.this.arn>,<module.cd[\"b\"].aws_iam_role.this.arn>]"
    );
}

#[test]
fn several_roots_prefix_their_addresses() {
    let call = |name: &str| {
        format!("module \"r\" {{\n  source = \"../../modules/role\"\n  name = \"{name}\"\n}}\n")
    };
    let (found, _) = evaluate(&[
        ("envs/dev/main.tf", &call("dev")),
        ("envs/prod/main.tf", &call("prod")),
        ("modules/role/main.tf", ROLE),
    ]);
    let name = |root: &str| {
        attribute(
            &found,
            &format!("{root}:module.r.aws_iam_role.this"),
            "name",
        )
    };
    assert_eq!(name("envs/dev"), "\"dev\"");
    assert_eq!(name("envs/prod"), "\"prod\"");
}

#[test]
fn a_module_nobody_calls_is_a_root_with_open_inputs() {
    let (found, _) = evaluate(&[("modules/role/main.tf", ROLE)]);
    assert_eq!(
        attribute(&found, "aws_iam_role.this", "name"),
        "?variable without default"
    );
}

#[test]
fn inputs_and_outputs_may_cross_without_being_a_circle() {
    let module = r#"
        variable "in" {}
        output "out" { value = "fixed" }
        output "back" { value = var.in }
    "#;
    let main = r#"
        module "a" {
          source = "./m"
          in     = module.b.out
        }
        module "b" {
          source = "./m"
          in     = module.a.back
        }
        output "o" { value = module.b.back }
    "#;
    let (found, gaps) = evaluate(&[("main.tf", main), ("m/main.tf", module)]);
    assert_eq!(gaps, []);
    assert_eq!(attribute(&found, "output.o", "value"), "\"fixed\"");
}

#[test]
fn modules_from_elsewhere_are_symbols_and_one_gap_a_source() {
    let main = r#"
        module "irsa" {
          source    = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"
          role_name = "x-${local.env}"
        }
        module "irsa2" {
          source = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"
        }
        module "out" { source = "../../../elsewhere" }
        module "gone" { source = "./gone" }
        locals { env = "prod" }
        output "o" { value = module.irsa.iam_role_arn }
    "#;
    let (found, gaps) = evaluate(&[("main.tf", main)]);
    assert_eq!(attribute(&found, "module.irsa", "role_name"), "\"x-prod\"");
    assert_eq!(
        attribute(&found, "output.o", "value"),
        "<module.irsa.iam_role_arn>"
    );
    let kinds: Vec<GapKind> = gaps.iter().map(|gap| gap.kind).collect();
    assert_eq!(kinds, [GapKind::External; 3]);
    assert!(
        gaps[0]
            .reason
            .starts_with("module source is outside the repository")
    );
    assert_eq!(gaps[0].path, "main.tf");
}

#[test]
fn provider_tags_reach_what_the_provider_makes() {
    let main = r#"
        locals { team = "pay" }
        provider "aws" {
          default_tags {
            tags = { owner = local.team }
          }
        }
        provider "aws" {
          alias = "east"
          default_tags { tags = { owner = "east" } }
        }
        provider "google" { default_labels = { team = "data" } }
        resource "aws_iam_role" "own" {}
        resource "aws_iam_role" "east" { provider = aws.east }
        resource "google_service_account" "sa" {}
        resource "azurerm_role_assignment" "none" {}
        module "plain" {
          source = "./m"
        }
        module "mapped" {
          source    = "./m"
          providers = { aws = aws.east }
        }
    "#;
    let (found, _) = evaluate(&[
        ("main.tf", main),
        ("m/main.tf", "resource \"aws_iam_user\" \"u\" {}\n"),
    ]);
    let tags = |address: &str| {
        let tags = &at(&found, address).scope.tags;
        let tags: Vec<String> = tags
            .iter()
            .map(|(k, v)| format!("{k}={}", show(v)))
            .collect();
        tags.join(",")
    };
    assert_eq!(tags("aws_iam_role.own"), "owner=\"pay\"");
    assert_eq!(tags("aws_iam_role.east"), "owner=\"east\"");
    assert_eq!(tags("google_service_account.sa"), "team=\"data\"");
    assert_eq!(tags("azurerm_role_assignment.none"), "");
    assert_eq!(tags("module.plain.aws_iam_user.u"), "owner=\"pay\"");
    assert_eq!(tags("module.mapped.aws_iam_user.u"), "owner=\"east\"");
}

#[test]
fn plans_and_states_pass_with_their_file_as_root() {
    let plan = r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
        {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r", "values": {"name": "r"}}]}}}"#;
    let (found, _) = evaluate(&[("out/plan.json", plan)]);
    assert_eq!(attribute(&found, "aws_iam_role.r", "name"), "\"r\"");
    let (found, _) = evaluate(&[
        ("out/plan.json", plan),
        ("main.tf", "locals {}\nterraform {}\n"),
    ]);
    let found = at(&found, "out/plan.json:aws_iam_role.r");
    assert_eq!(found.scope.root, "out/plan.json");
}

#[test]
fn a_terragrunt_unit_applies_its_module_with_its_inputs() {
    let unit = r#"
        terraform {
          source = "${get_repo_root()}/modules//role"
        }
        locals { team = "pay" }
        inputs = {
          name = "ci-${local.team}"
          tags = { owner = local.team, vpc = dependency.net.outputs.id }
        }
    "#;
    let (found, gaps) = evaluate(&[
        ("live/prod/ci/terragrunt.hcl", unit),
        ("modules/role/main.tf", ROLE),
    ]);
    assert_eq!(gaps, []);
    let role = "module.terragrunt.aws_iam_role.this";
    assert_eq!(attribute(&found, role, "name"), "\"ci-pay\"");
    assert!(attribute(&found, role, "tags").starts_with("{owner=\"pay\",vpc=?from another unit"));
    assert_eq!(at(&found, role).scope.root, "live/prod/ci");
    let included = unit.replace("locals {", "include \"root\" {}\nlocals {");
    let included = included.replace("tags = {", "other = {");
    let (found, _) = evaluate(&[
        ("live/prod/ci/terragrunt.hcl", &included),
        ("modules/role/main.tf", ROLE),
    ]);
    assert_eq!(
        attribute(&found, role, "tags"),
        "{module=\"../../../modules/role\",...=?more items}"
    );
}
