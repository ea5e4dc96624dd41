//! References between blocks, and text with references in it.

use super::support::{at, attribute, evaluate, show, value};

#[test]
fn attributes_of_other_blocks_are_symbols() {
    let (found, gaps) = evaluate(&[(
        "main.tf",
        r#"
        resource "aws_iam_role" "ci" {
          name               = "ci"
          assume_role_policy = data.aws_iam_policy_document.trust.json
        }
        data "aws_iam_policy_document" "trust" {}
        resource "aws_iam_role_policy_attachment" "read" {
          role       = aws_iam_role.ci.name
          policy_arn = aws_iam_policy.missing.arn
        }
        "#,
    )]);
    assert_eq!(gaps, []);
    let attached = "aws_iam_role_policy_attachment.read";
    assert_eq!(
        attribute(&found, attached, "role"),
        "<aws_iam_role.ci.name>"
    );
    assert_eq!(
        attribute(&found, attached, "policy_arn"),
        "<aws_iam_policy.missing.arn>"
    );
    assert_eq!(
        attribute(&found, "aws_iam_role.ci", "assume_role_policy"),
        "<data.aws_iam_policy_document.trust.json>"
    );
}

#[test]
fn names_inside_text_are_filled_in_where_they_are_written() {
    let (found, _) = evaluate(&[(
        "main.tf",
        r#"
        resource "aws_iam_role" "ci" { name = "ci" }
        resource "kubernetes_namespace" "ns" {
          metadata { name = "tools" }
        }
        output "named" { value = "role/${aws_iam_role.ci.name}" }
        output "open" { value = "${aws_iam_role.ci.arn}/x" }
        output "nested" { value = "system:${kubernetes_namespace.ns.metadata[0].name}:ci" }
        output "alone" { value = "${aws_iam_role.ci.arn}" }
        "#,
    )]);
    assert_eq!(attribute(&found, "output.named", "value"), "\"role/ci\"");
    assert_eq!(
        attribute(&found, "output.open", "value"),
        "template(<aws_iam_role.ci.arn>,\"/x\")"
    );
    assert_eq!(
        attribute(&found, "output.nested", "value"),
        "\"system:tools:ci\""
    );
    assert_eq!(
        attribute(&found, "output.alone", "value"),
        "<aws_iam_role.ci.arn>"
    );
}

#[test]
fn computed_keys_keep_the_part_that_is_known() {
    let (found, _) = evaluate(&[(
        "main.tf",
        r#"
        locals { host = "oidc.example.com" }
        resource "aws_iam_openid_connect_provider" "eks" {}
        output "o" {
          value = jsonencode({
            "${local.host}:sub" = "a"
            "${replace(aws_iam_openid_connect_provider.eks.url, "https://", "")}:aud" = "b"
            (local.host) = "c"
            "$${kept}" = "d"
          })
        }
        "#,
    )]);
    assert_eq!(
        attribute(&found, "output.o", "value"),
        "jsonencode({oidc.example.com:sub=\"a\",\
         ${aws_iam_openid_connect_provider.eks.url}:aud=\"b\",oidc.example.com=\"c\",${kept}=\"d\"})"
    );
}

#[test]
fn conditions_that_are_not_known_leave_both_sides() {
    assert_eq!(value("var.none ? \"a\" : \"b\""), "\"a\"|\"b\"");
    assert_eq!(value("var.none ? \"a\" : \"a\""), "\"a\"");
    assert_eq!(value("true ? \"a\" : var.none"), "\"a\"");
    assert_eq!(value("false && var.none"), "false");
    assert_eq!(value("var.none || true"), "true");
    assert_eq!(value("var.none == \"x\" ? null : \"b\""), "null|\"b\"");
    assert_eq!(value("{ a = 1, b = 2 }[var.none]"), "1|2");
    assert_eq!(value("!(1 < 2) || 3 >= 3 && 4 != 5"), "true");
}

#[test]
fn comprehensions_keep_what_is_known() {
    assert_eq!(
        value("[for x in [\"a\", \"b\"] : upper(x) if x != \"b\"]"),
        "[\"A\"]"
    );
    assert_eq!(
        value("{ for k, v in { a = 1, b = 2 } : v => k }"),
        "{1=\"a\",2=\"b\"}"
    );
    assert_eq!(
        value("{ for v in [[\"x\", 1], [\"x\", 2]] : v[0] => v[1]... }"),
        "{x=[1,2]}"
    );
    assert_eq!(
        value("[for x in concat([\"a\"], var.none) : \"${x}!\"]"),
        "[\"a!\",?more items]"
    );
    assert_eq!(value("[for x in [1, 2] : x if var.none]"), "[?more items]");
    assert_eq!(value("[for x in var.none : x]"), "?collection not known");
    assert_eq!(
        value("[for k, v in { b = 1, a = 2 } : \"${k}${v}\"]"),
        "[\"a2\",\"b1\"]"
    );
    assert_eq!(
        value("join(\",\", [for x in [1, 2] : [for y in [3] : x * y][0]])"),
        "\"3,6\""
    );
}

#[test]
fn text_has_directives() {
    assert_eq!(
        value("\"%{ for x in [1, 2] ~} ${x};%{ endfor }%{ if false }no%{ else }yes%{ endif }\""),
        "\"1;2;yes\""
    );
}

#[test]
fn values_keep_the_place_they_were_written_at() {
    let text = "variable \"team\" {\n  default = \"pay\"\n}\nresource \"t\" \"n\" {\n  tags = { owner = var.team }\n}\n";
    let (found, _) = evaluate(&[("main.tf", text)]);
    let owner = at(&found, "t.n").body.at(&["tags", "owner"]).unwrap();
    assert_eq!(show(owner), "\"pay\"");
    assert_eq!(&text[owner.span.range()], "\"pay\"");
}

#[test]
fn json_configurations_are_evaluated_like_the_others() {
    let (found, gaps) = evaluate(&[
        (
            "main.tf.json",
            r#"{"locals": {"team": "pay"},
                "resource": {"aws_iam_role": {"ci": {"count": 2, "name": "ci-${count.index}", "tags": {"owner": "${local.team}"}}}}}"#,
        ),
        (
            "out.tf",
            "output \"o\" {\n  value = aws_iam_role.ci[1].arn\n}\n",
        ),
    ]);
    assert_eq!(gaps, []);
    assert_eq!(attribute(&found, "aws_iam_role.ci[1]", "name"), "\"ci-1\"");
    assert_eq!(
        attribute(&found, "aws_iam_role.ci[0]", "tags"),
        "{owner=\"pay\"}"
    );
    assert_eq!(
        attribute(&found, "output.o", "value"),
        "<aws_iam_role.ci[1].arn>"
    );
}

#[test]
fn of_blocks_with_one_name_each_file_means_its_own() {
    let text = |name: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  name = \"{name}\"\n}}\nresource \"aws_iam_role_policy\" \"{name}\" {{\n  role = aws_iam_role.r.id\n}}\n"
        )
    };
    let (found, gaps) = evaluate(&[("fail.tf", &text("fail")), ("pass.tf", &text("pass"))]);
    assert_eq!(attribute(&found, "aws_iam_role.r", "name"), "\"fail\"");
    assert_eq!(attribute(&found, "aws_iam_role.r#2", "name"), "\"pass\"");
    let role = |policy: &str| attribute(&found, &format!("aws_iam_role_policy.{policy}"), "role");
    assert_eq!(role("fail"), "<aws_iam_role.r.id>");
    assert_eq!(role("pass"), "<aws_iam_role.r#2.id>");
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].path, "pass.tf");
}

#[test]
fn names_that_are_no_values_stay_names() {
    let (found, _) = evaluate(&[(
        "main.tf",
        r#"
        terraform {
          required_providers {
            aws = {
              source                = "hashicorp/aws"
              configuration_aliases = [aws.east]
            }
          }
        }
        resource "t" "n" {
          provider   = aws.east
          depends_on = [t.other]
          lifecycle { ignore_changes = [tags["a"], name] }
        }
        "#,
    )]);
    assert_eq!(
        attribute(&found, "terraform", "required_providers"),
        "{aws={source=\"hashicorp/aws\",configuration_aliases=[\"aws.east\"]}}"
    );
    assert_eq!(attribute(&found, "t.n", "provider"), "\"aws.east\"");
    assert_eq!(attribute(&found, "t.n", "depends_on"), "[\"t.other\"]");
    assert_eq!(
        attribute(&found, "t.n", "lifecycle"),
        "{ignore_changes=[\"tags.*\",\"name\"]}"
    );
}
