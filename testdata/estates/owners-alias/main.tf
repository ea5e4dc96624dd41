# Nobody is named on the users themselves; the provider puts an owner on everything it makes.
provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      Service = "billing"
      Team    = "billing-platform"
    }
  }
}

# Nor here: this provider has no tags.
provider "aws" {
  alias  = "archive"
  region = "eu-central-1"
}

resource "aws_iam_user" "export" {
  name = "billing-export"
}

resource "aws_iam_user" "archive" {
  provider = aws.archive
  name     = "billing-archive"
}
