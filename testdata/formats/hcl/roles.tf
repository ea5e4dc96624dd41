# A role that a repository's pipeline takes on.
locals {
  name = "${var.prefix}-deploy"
  tags = merge(var.tags, { owner = "platform", "cost-centre" = 4711 })
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = [for repo in var.repositories : "repo:${repo}:*" if repo != ""]
    }
  }

  dynamic "statement" {
    for_each = toset(var.readers)
    content {
      actions   = ["s3:GetObject"]
      resources = ["${statement.value}/*"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  count = var.enabled ? 1 : 0

  name               = local.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
  managed_policy_arns = [
    "arn:aws:iam::aws:policy/ReadOnlyAccess", // trailing comment
  ]
  tags = local.tags
}

resource aws_iam_role_policy inline { role = aws_iam_role.deploy[0].id }
