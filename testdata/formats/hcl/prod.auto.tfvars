region = "eu-west-1"
team = "café"
keys = {
  ci = "x"
}
policy = <<-EOT
  a
  b
  EOT
