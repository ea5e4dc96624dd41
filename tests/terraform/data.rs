//! Data files that configurations decode.

use super::support::{at, attribute, evaluate};

const MAIN: &str = r#"
    locals {
      people = yamldecode(file("${path.module}/people.yaml"))
      teams = {
        for file in fileset(path.module, "teams/*.json") :
        trimsuffix(basename(file), ".json") => jsondecode(file(file))
      }
      one = fileexists("${path.module}/people.yaml") ? "there" : "not there"
    }
    resource "aws_iam_user" "u" {
      for_each = local.people.users
      name     = each.key
      tags     = { owner = each.value.owner }
    }
    resource "github_team" "t" {
      for_each    = local.teams
      name        = each.key
      description = each.value.purpose
    }
    output "one" { value = local.one }
    output "none" { value = jsondecode(file("missing.json")) }
"#;

#[test]
fn values_of_data_files_take_part_at_their_own_place() {
    let people = "users:\n  ana: {owner: pay}\n  bo: {owner: ops}\n";
    let (found, gaps) = evaluate(&[
        ("org/main.tf", MAIN),
        ("org/people.yaml", people),
        ("org/teams/ops.json", "{\"purpose\": \"runs it\"}"),
        ("org/teams/pay.json", "{\"purpose\": \"pays\"}"),
    ]);
    assert_eq!(gaps, []);
    let owner = at(&found, "aws_iam_user.u[\"bo\"]");
    let owner = owner.body.at(&["tags", "owner"]).unwrap();
    assert_eq!(owner.as_str(), Some("ops"));
    assert_eq!(&people[owner.span.range()], "ops");
    assert_eq!(owner.span.blob.0, 1);
    assert_eq!(
        attribute(&found, "github_team.t[\"pay\"]", "description"),
        "\"pays\""
    );
    assert_eq!(attribute(&found, "output.one", "value"), "\"there\"");
    assert_eq!(
        attribute(&found, "output.none", "value"),
        "?result of jsondecode()"
    );
    assert!(
        found
            .iter()
            .all(|declaration| declaration.language == "terraform")
    );
}

#[test]
fn a_document_that_is_held_as_text_is_opened() {
    let main = r#"
        resource "google_storage_bucket_iam_policy" "p" {
          policy_data = "{\"bindings\": [{\"role\": \"roles/viewer\"}]}"
        }
        resource "google_storage_bucket_iam_policy" "q" { policy_data = var.none }
        variable "none" {}
    "#;
    let (found, _) = evaluate(&[("main.tf", main)]);
    let body = |name: &str| at(&found, name).body.clone();
    let role = body("google_storage_bucket_iam_policy.p");
    let role = role.at(&["policy_data", "bindings", "role"]);
    assert_eq!(role.and_then(|node| node.as_str()), Some("roles/viewer"));
    let open = body("google_storage_bucket_iam_policy.q");
    assert!(open.at(&["policy_data", "bindings"]).is_none());
}
