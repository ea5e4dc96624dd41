provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      owner = "ledger-platform"
    }
  }
}

module "release" {
  source = "./modules/deploy-role"

  name       = "ledger-release"
  repository = "example/ledger"
  policies   = ["arn:aws:iam::aws:policy/AdministratorAccess"]
}

module "reader" {
  source = "./modules/deploy-role"

  name       = "ledger-reader"
  repository = "example/ledger"
  policies   = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
}
