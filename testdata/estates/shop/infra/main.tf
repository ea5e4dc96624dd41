provider "aws" {
  region = "eu-west-1"
}

data "aws_iam_policy_document" "github" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:example/shop:*"]
    }
  }
}

module "deploy" {
  source = "./modules/role"

  name       = "shop-deploy"
  trust      = data.aws_iam_policy_document.github.json
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
