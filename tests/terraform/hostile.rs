//! Configurations made to hang or break a reader: work is bounded, what is cut off is a gap.

use super::support::{attribute, evaluate};
use std::fmt::Write;
use tenure::source::GapKind;

fn kinds(files: &[(&str, &str)]) -> Vec<GapKind> {
    let (_, gaps) = evaluate(files);
    gaps.iter().map(|gap| gap.kind).collect()
}

#[test]
fn circles_are_gaps_and_unknown() {
    let text =
        "locals {\n  a = local.b\n  b = [local.a]\n}\noutput \"o\" {\n  value = local.a\n}\n";
    let (found, gaps) = evaluate(&[("main.tf", text)]);
    assert_eq!(
        attribute(&found, "output.o", "value"),
        "[?depends on itself]"
    );
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].kind, GapKind::Unresolved);
    assert_eq!(gaps[0].reason, "`a` depends on itself");
    let count = "resource \"t\" \"n\" {\n  count = length(t.n)\n}\n";
    assert_eq!(kinds(&[("main.tf", count)]), [GapKind::Unresolved]);
}

#[test]
fn modules_that_call_each_other_end() {
    let a = "module \"b\" {\n  source = \"../b\"\n}\nresource \"t\" \"a\" {}\n";
    let b = "module \"a\" {\n  source = \"../a\"\n}\nresource \"t\" \"b\" {}\n";
    let (found, gaps) = evaluate(&[("a/main.tf", a), ("b/main.tf", b)]);
    assert!(found.iter().any(|d| d.address.ends_with("t.a")));
    assert!(found.iter().any(|d| d.address.ends_with("t.b")));
    assert!(gaps.iter().all(|gap| gap.kind == GapKind::Unresolved));
    assert!(!gaps.is_empty());
    let own = "module \"m\" {\n  source = \"./\"\n}\nresource \"t\" \"n\" {}\n";
    assert_eq!(kinds(&[("main.tf", own)]), [GapKind::Unresolved]);
}

#[test]
fn names_that_shadow_others_are_the_inner_ones() {
    let main = "variable \"name\" {\n  default = \"outer\"\n}\n\
        locals {\n  name = \"local\"\n}\n\
        module \"m\" {\n  source = \"./m\"\n  name   = \"inner\"\n}\n\
        output \"loop\" {\n  value = [for name in [\"one\"] : [for name in [\"two\"] : name]]\n}\n\
        output \"own\" {\n  value = [for name in [\"one\"] : \"${var.name} ${local.name} ${name}\"]\n}\n";
    let module = "variable \"name\" {\n  default = \"wrong\"\n}\nresource \"t\" \"n\" {\n  name = var.name\n}\n";
    let (found, gaps) = evaluate(&[("main.tf", main), ("m/main.tf", module)]);
    assert!(gaps.is_empty(), "{gaps:?}");
    assert_eq!(attribute(&found, "output.loop", "value"), "[[\"two\"]]");
    let own = attribute(&found, "output.own", "value");
    assert_eq!(own, "[\"outer local one\"]");
    assert_eq!(attribute(&found, "module.m.t.n", "name"), "\"inner\"");
}

#[test]
fn doubling_values_stop() {
    let mut text =
        String::from("locals {\n  v0 = [\"aaaaaaaaaaaaaaaa\"]\n  t0 = \"aaaaaaaaaaaaaaaa\"\n");
    for n in 1..64 {
        let m = n - 1;
        let _ = writeln!(text, "  v{n} = [local.v{m}, local.v{m}]");
        let _ = writeln!(text, "  t{n} = \"${{local.t{m}}}${{local.t{m}}}\"");
    }
    text += "}\noutput \"v\" {\n  value = length(local.v63)\n}\noutput \"t\" {\n  value = local.t63\n}\n";
    let (found, gaps) = evaluate(&[("main.tf", &text)]);
    assert!(attribute(&found, "output.t", "value").contains('?'));
    assert!(gaps.iter().any(|gap| gap.kind == GapKind::Limit));
}

#[test]
fn long_chains_of_names_end_in_a_gap() {
    let mut text = String::from("locals {\n  v0 = 1\n");
    for n in 1..20_000 {
        let _ = writeln!(text, "  v{n} = local.v{}", n - 1);
    }
    text += "}\noutput \"o\" {\n  value = local.v19999\n}\n";
    let (found, gaps) = evaluate(&[("main.tf", &text)]);
    assert_eq!(
        attribute(&found, "output.o", "value"),
        "?depends on too much"
    );
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].kind, GapKind::Limit);
}

#[test]
fn modules_that_multiply_stop() {
    let mut files = Vec::new();
    for n in 0..24 {
        let mut text = String::from("resource \"t\" \"n\" {}\n");
        for call in ["a", "b", "c"] {
            let _ = writeln!(
                text,
                "module \"{call}\" {{\n  source = \"../m{}\"\n}}",
                n + 1
            );
        }
        files.push((format!("m{n}/main.tf"), text));
    }
    files.push((
        "m24/main.tf".to_owned(),
        "resource \"t\" \"n\" {}\n".to_owned(),
    ));
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (&**p, &**t)).collect();
    let (found, gaps) = evaluate(&files);
    assert!(found.len() <= 100_000);
    assert!(gaps.iter().any(|gap| gap.kind == GapKind::Limit));
}

#[test]
fn nested_loops_stop() {
    let text = r#"
        locals {
          n = range(1000)
          x = [for a in local.n : [for b in local.n : [for c in local.n : [for d in local.n : a]]]]
        }
        output "o" { value = length(local.x) }
    "#;
    assert!(kinds(&[("main.tf", text)]).contains(&GapKind::Limit));
}

#[test]
fn one_slow_root_leaves_the_others_alone() {
    let slow = r#"
        locals {
          n = range(1000)
          x = [for a in local.n : [for b in local.n : [for c in local.n : a]]]
        }
        output "o" { value = length(local.x) }
    "#;
    let (found, gaps) = evaluate(&[
        ("a/main.tf", slow),
        ("b/main.tf", "output \"o\" {\n  value = upper(\"b\")\n}\n"),
    ]);
    assert_eq!(attribute(&found, "b:output.o", "value"), "\"B\"");
    assert_eq!(gaps.len(), 1);
}

#[test]
fn what_is_no_longer_worked_out_is_open_not_absent() {
    let text = r#"
        locals {
          n = range(1000)
          x = [for a in local.n : [for b in local.n : [for c in local.n : a]]]
        }
        resource "a" "slow" { n = length(local.x) }
        resource "b" "after" { expires = "2030-01-01" }
    "#;
    let (found, _) = evaluate(&[("main.tf", text)]);
    assert!(attribute(&found, "b.after", "expires").starts_with('?'));
}

/// The stack of a test's thread is two megabytes, that of a scan eight.
#[test]
fn deep_dependencies_of_every_kind_fit_the_stack() {
    let mut text = String::from("locals {\n  v0 = 1\n");
    for n in 1..400 {
        let before = format!("local.v{}", n - 1);
        let value = match n % 6 {
            0 => format!("[for x in [{before}] : x if true]"),
            1 => format!("try(merge({{ a = {before} }}, {{}}).a, 1)"),
            2 => format!("\"${{true ? {before} : 0}}-\""),
            3 => format!("{{ for k, v in {{ a = {before} }} : k => [v] }}"),
            4 => format!("values({{ a = {before} }})[0]"),
            _ => format!("concat([{before}], [1])[0] == 1 ? {before} : 2"),
        };
        let _ = writeln!(text, "  v{n} = {value}");
    }
    text += "}\nresource \"t\" \"n\" {\n  for_each = toset([local.v399])\n}\n";
    let (found, gaps) = evaluate(&[("main.tf", &text)]);
    assert_eq!(found.len(), 1);
    assert!(gaps.iter().any(|gap| gap.kind == GapKind::Limit));
}

#[test]
fn expressions_as_deep_as_the_parser_reads_them_are_evaluated() {
    let deep = (0..60).fold("1".to_owned(), |inner, _| format!("[{inner}]"));
    let chain = vec!["1"; 120].join(" + ");
    let text =
        format!("output \"o\" {{\n  value = {deep}\n}}\noutput \"s\" {{\n  value = {chain}\n}}\n");
    let (found, gaps) = evaluate(&[("main.tf", &text)]);
    assert_eq!(gaps, []);
    assert!(attribute(&found, "output.o", "value").contains("[1]"));
    assert_eq!(attribute(&found, "output.s", "value"), "120");
}

/// Names that resources take from one another in a circle, inside text.
#[test]
fn names_in_a_circle_end() {
    let text = r#"
        resource "t" "a" { name = "${t.b.name}${t.b.name}" }
        resource "t" "b" { name = "${t.a.name}${t.a.name}" }
    "#;
    let (found, gaps) = evaluate(&[("main.tf", text)]);
    assert_eq!(found.len(), 2);
    assert!(gaps.iter().all(|gap| gap.kind == GapKind::Limit));
}

/// How many findings of a rule a file yields.
fn found(rule: &str, path: &str, text: &str) -> usize {
    let rules = tenure::rule::builtin();
    let rule = rules
        .iter()
        .find(|known| known.id == rule)
        .expect("a rule of the tool");
    let options = tenure::scan::Options::new("2026-01-01".parse().expect("a day"));
    let files = vec![(path.to_owned(), text.as_bytes().to_vec())];
    let only = tenure::rule::RuleSet::new(vec![rule.clone()]);
    let report = tenure::scan::memory(files, only, &options).report;
    report.findings.len()
}

#[test]
fn a_policy_of_ten_thousand_statements_is_read_to_its_end() {
    let mut text = String::from(
        "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\"B\": {\"Type\": \"AWS::S3::BucketPolicy\", \"Properties\": {\"PolicyDocument\": {\"Statement\": [\n",
    );
    for n in 0..10_000 {
        let _ = writeln!(
            text,
            "{{\"Effect\": \"Allow\", \"Principal\": {{\"AWS\": \"arn:aws:iam::111122223333:role/r{n}\"}}, \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/{n}\"}},"
        );
    }
    text += "{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::b/*\"}\n]}}}}}\n";
    assert_eq!(found("grant/public-principal", "policy.json", &text), 1);
}

#[test]
fn resources_that_are_there_twice_are_judged() {
    let one = "resource \"aws_iam_access_key\" \"k\" {\n  user = \"exporter\"\n}\n";
    assert!(found("credential/static-key", "main.tf", &one.repeat(2)) >= 1);
    assert!(found("credential/static-key", "main.tf", &one.repeat(500)) >= 1);
}
