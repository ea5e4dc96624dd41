resource "aws_iam_user" "metrics" {
  name = "metrics-reader"
}
