variable "name" {
  type = string
}

variable "trust" {
  type = string
}

variable "policy_arn" {
  type = string
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = var.trust
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = var.policy_arn
}

output "arn" {
  value = aws_iam_role.this.arn
}
