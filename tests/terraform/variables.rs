//! Variables: defaults, variable files, types.

use super::support::{attribute, evaluate};
use tenure::source::GapKind;

const VARIABLES: &str = r#"
    variable "team" { default = "none" }
    variable "env" {}
    output "team" { value = var.team }
    output "env" { value = "x-${var.env}" }
"#;

#[test]
fn files_beside_a_root_apply_in_order() {
    let (found, _) = evaluate(&[
        ("app/main.tf", VARIABLES),
        ("app/b.auto.tfvars", "team = \"b\"\n"),
        ("app/a.auto.tfvars.json", "{\"team\": \"a\"}"),
        ("app/terraform.tfvars", "team = \"t\"\nenv = \"e\"\n"),
    ]);
    assert_eq!(attribute(&found, "output.team", "value"), "\"b\"");
    assert_eq!(attribute(&found, "output.env", "value"), "\"x-e\"");
}

#[test]
fn files_that_are_chosen_make_candidates() {
    let (found, _) = evaluate(&[
        ("app/main.tf", VARIABLES),
        ("app/env/dev.tfvars", "env = \"dev\"\n"),
        ("app/env/prod.tfvars", "env = \"prod\"\nteam = \"pay\"\n"),
    ]);
    assert_eq!(
        attribute(&found, "output.env", "value"),
        "\"x-dev\"|\"x-prod\""
    );
    assert_eq!(
        attribute(&found, "output.team", "value"),
        "\"pay\"|\"none\""
    );
}

#[test]
fn a_file_elsewhere_goes_to_the_only_root_it_fits() {
    let (found, _) = evaluate(&[
        ("infra/main.tf", VARIABLES),
        ("other/main.tf", "output \"x\" {\n  value = 1\n}\n"),
        ("settings/prod.tfvars", "env = \"prod\"\n"),
    ]);
    assert_eq!(attribute(&found, "infra:output.env", "value"), "\"x-prod\"");
}

#[test]
fn a_variable_without_value_says_so() {
    let (found, _) = evaluate(&[("main.tf", VARIABLES)]);
    assert_eq!(
        attribute(&found, "output.env", "value"),
        "template(\"x-\",?variable without default)"
    );
}

#[test]
fn the_last_of_two_definitions_counts() {
    let (found, gaps) = evaluate(&[(
        "main.tf",
        "variable \"a\" {\n  default = 1\n}\nvariable \"a\" {\n  default = 2\n}\noutput \"o\" {\n  value = var.a\n}\n",
    )]);
    assert_eq!(attribute(&found, "output.o", "value"), "2");
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].kind, GapKind::Unresolved);
}

#[test]
fn types_fill_in_optional_attributes() {
    let (found, _) = evaluate(&[(
        "main.tf",
        r#"
        variable "users" {
          type = map(object({
            role    = optional(string, "read")
            expires = optional(string)
            nested  = optional(object({ on = optional(bool, true) }), {})
          }))
          default = { ana = { role = "admin" }, bo = {} }
        }
        output "roles" { value = { for k, v in var.users : k => v.role } }
        output "expires" { value = var.users["bo"].expires }
        output "nested" { value = var.users["bo"].nested.on }
        "#,
    )]);
    assert_eq!(
        attribute(&found, "output.roles", "value"),
        "{ana=\"admin\",bo=\"read\"}"
    );
    assert_eq!(attribute(&found, "output.expires", "value"), "null");
    assert_eq!(attribute(&found, "output.nested", "value"), "true");
}

#[test]
fn null_takes_the_default_only_where_null_is_refused() {
    let module = r#"
        variable "a" {
          default  = "a"
          nullable = false
        }
        variable "b" { default = "b" }
        output "a" { value = var.a }
        output "b" { value = var.b }
    "#;
    let call = "module \"m\" {\n  source = \"./m\"\n  a = null\n  b = null\n}\n";
    let (found, _) = evaluate(&[("main.tf", call), ("m/main.tf", module)]);
    assert_eq!(attribute(&found, "module.m.output.a", "value"), "\"a\"");
    assert_eq!(attribute(&found, "module.m.output.b", "value"), "null");
}

#[test]
fn overrides_lie_over_what_they_name() {
    let (found, _) = evaluate(&[
        ("main.tf", "resource \"t\" \"n\" {\n  a = 1\n  b = 2\n}\n"),
        ("main_override.tf", "resource \"t\" \"n\" {\n  b = 3\n}\n"),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!(attribute(&found, "t.n", "a"), "1");
    assert_eq!(attribute(&found, "t.n", "b"), "3");
}
