resource "aws_iam_user" "exporter" {
  name = "ledger-exporter"
}
