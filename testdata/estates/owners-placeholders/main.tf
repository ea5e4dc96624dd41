# Tools, placeholders and cost centres are nobody.
resource "aws_iam_user" "sync" {
  name = "directory-sync"

  tags = {
    managed-by    = "terraform"
    owner         = "changeme"
    business-unit = "finance"
  }
}

variable "tags" {
  type = map(string)
}

# Who knows: the tags are given when it is applied.
resource "aws_iam_user" "mail" {
  name = "mail-relay"
  tags = var.tags
}
