locals {
  alone    = "${var.name}"
  escapes  = "a\tb\n\"c\" \u00e9 $${not} %%{not}"
  mixed    = "x-${var.a}-${lower("Y")}"
  branch   = "%{ if var.on }yes %{ else }no%{ endif }"
  repeated = "%{ for k, v in var.map ~} ${k}=${v}; %{ endfor }"
  trimmed  = "a ${~ var.b ~} c"

  plain = <<EOT
  kept as it is
EOT

  indented = <<-POLICY
    {
      "Version": "2012-10-17",
      "Resource": "${var.arn}/*"
    }
    POLICY

  empty = <<-NONE
  NONE
}
