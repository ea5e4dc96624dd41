//! Blocks of a configuration in HCL.

use super::{File, Named};
use crate::format::{Declaration, Node};

/// One declaration a block that names something.
pub(super) fn declare(file: &File, root: &Node) -> Vec<Declaration> {
    root.entries()
        .iter()
        .filter_map(|entry| {
            let block = entry.value.as_block()?;
            let labels: Vec<&str> = block.labels.iter().map(|(label, _)| &**label).collect();
            let alias = entry.value.get("alias").and_then(Node::as_str);
            let named = Named::of(&entry.key, &labels, alias)?;
            Some(file.declaration(named, entry.value.clone(), block.head, entry.value.span))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::declare;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    #[test]
    fn every_block_gets_kind_name_and_address() {
        let text = r#"
            resource "aws_iam_role" "ci" {}
            data "aws_iam_policy_document" "trust" {}
            variable "team" {}
            locals { a = 1 }
            module "net" { source = "./net" }
            provider "aws" { alias = "east" }
            provider "google" {}
            output "arn" { value = 1 }
            terraform { required_version = "1.9" }
            moved { from = a.b }
            resource "unnamed" {}
        "#;
        let format = claim("infra/main.tf", b"").unwrap();
        let document = format.parse(BlobId(0), "infra/main.tf", text, Limits::default());
        let found: Vec<_> = declare(&document)
            .into_iter()
            .map(|d| {
                (
                    d.kind.to_string(),
                    d.name.to_string(),
                    d.address.to_string(),
                )
            })
            .collect();
        let expected = [
            ("aws_iam_role", "ci", "aws_iam_role.ci"),
            (
                "data.aws_iam_policy_document",
                "trust",
                "data.aws_iam_policy_document.trust",
            ),
            ("variable", "team", "var.team"),
            ("locals", "locals", "locals"),
            ("module", "net", "module.net"),
            ("provider.aws", "east", "provider.aws.east"),
            ("provider.google", "google", "provider.google"),
            ("output", "arn", "output.arn"),
            ("terraform", "terraform", "terraform"),
        ]
        .map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(found, expected);
        let scope = &declare(&document)[0].scope;
        assert_eq!(
            (&*scope.path, &*scope.directory),
            ("infra/main.tf", "infra")
        );
    }
}
