resource "aws_iam_user" "scratch" {
  name = "scratch"
}
