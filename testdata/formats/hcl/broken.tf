resource "aws_iam_user" "ci" {
  name = "ci"
  path = = "/"
  tags = {
    owner = "a"
    owner = "b"
  }
  force_destroy = true
}

resource "aws_iam_access_key" "ci" {
  user = aws_iam_user.ci.name
  user = "twice"
}

resource "aws_iam_group" "open" {
  name = "never closed"

resource "aws_iam_role" "after" {
  description = "} in a string ${f("}")}" # } in a comment
  assume_role_policy = <<EOT
  } in a heredoc
EOT
}
