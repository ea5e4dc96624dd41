//! Reads and evaluates 1,200 Terraform files of a platform repository's shape: budget 500 ms of processor time.

use tenure::extract::declare;
use tenure::format::{Declaration, Limits, claim};
use tenure::resolve;
use tenure::source::BlobId;

fn main() {
    divan::main();
}

const MODULE: &str = r#"
variable "name" { type = string }
variable "tags" {
  type    = map(string)
  default = {}
}
variable "grants" {
  type    = map(object({ actions = list(string), condition = optional(string) }))
  default = {}
}
locals {
  tags = merge(var.tags, { module = path.module, name = lower(var.name) })
}
data "aws_iam_policy_document" "grants" {
  dynamic "statement" {
    for_each = var.grants
    content {
      sid       = title(statement.key)
      actions   = statement.value.actions
      resources = ["arn:aws:s3:::${var.name}-${statement.key}/*"]
    }
  }
}
resource "aws_iam_role" "this" {
  for_each           = var.grants
  name               = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" } }] })
  tags               = merge(local.tags, { key = each.key })
}
resource "aws_iam_role_policy" "this" {
  for_each = aws_iam_role.this
  role     = each.value.id
  policy   = data.aws_iam_policy_document.grants.json
}
output "arns" { value = { for k, r in aws_iam_role.this : k => r.arn } }
"#;

/// 40 roots of 20 files and 100 modules of 4 files.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for module in 0..100 {
        let folder = format!("modules/m{module}");
        files.push((format!("{folder}/main.tf"), MODULE.to_owned()));
        for (name, text) in [
            (
                "versions",
                "terraform {\n  required_version = \">= 1.5\"\n}\n",
            ),
            ("extra", "output \"name\" {\n  value = var.name\n}\n"),
            ("notes", "# nothing but a comment\n"),
        ] {
            files.push((format!("{folder}/{name}.tf"), text.to_owned()));
        }
    }
    for root in 0..40 {
        let folder = format!("environments/e{root}");
        files.push((
            format!("{folder}/provider.tf"),
            "locals {\n  tags = { owner = \"platform\" }\n  env = basename(path.cwd)\n}\nprovider \"aws\" {\n  default_tags {\n    tags = local.tags\n  }\n}\n".to_owned(),
        ));
        for file in 1..20 {
            let module = (root * 7 + file * 3) % 100;
            let text = format!(
                "module \"m{file}\" {{\n  source = \"../../modules/m{module}\"\n  name   = \"app{file}-${{local.env}}\"\n  tags   = local.tags\n  grants = {{\n    read  = {{ actions = [\"s3:Get*\"] }}\n    write = {{ actions = [\"s3:Put*\", \"s3:Get*\"] }}\n  }}\n}}\nresource \"aws_iam_role_policy_attachment\" \"a{file}\" {{\n  role       = module.m{file}.name\n  policy_arn = module.m{file}.arns[\"read\"]\n}}\n"
            );
            files.push((format!("{folder}/f{file}.tf"), text));
        }
    }
    files.sort();
    files
}

fn read(files: &[(String, String)]) -> Vec<Declaration> {
    let mut declarations = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let format = claim(path, text.as_bytes()).expect("a format");
        let blob = BlobId(u32::try_from(index).expect("few files"));
        let document = format.parse(blob, path, text, Limits::default());
        declarations.extend(declare(&document));
    }
    declarations
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn parse_and_declare(bencher: divan::Bencher<'_, '_>) {
    let files = files();
    assert_eq!(files.len(), 1_200);
    bencher.bench_local(|| read(&files));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn evaluate(bencher: divan::Bencher<'_, '_>) {
    let declarations = read(&files());
    bencher
        .with_inputs(|| declarations.clone())
        .bench_local_values(|declarations| {
            let mut gaps = Vec::new();
            let found = resolve::evaluate(declarations, &mut gaps);
            assert!(gaps.is_empty(), "{gaps:?}");
            assert!(found.len() > 6_000, "{}", found.len());
            found
        });
}
