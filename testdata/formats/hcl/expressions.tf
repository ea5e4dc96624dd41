locals {
  numbers   = [0, -1, 2.50, 1e3, 18446744073709551616]
  flags     = [true, !false, null]
  sum       = 1 + 2 * 3 - 4 / 5 % 6
  compare   = var.a >= 1 && var.b != "x" || !(var.c < 2)
  first     = var.list[0]
  legacy    = var.list.0.name
  every     = var.list[*].name
  older     = var.list.*.id
  deep      = module.net["a"].subnets[var.index + 1].cidr
  of_call   = tolist(var.set)[0]
  spread    = concat(var.lists...)
  scoped    = provider::aws::arn_parse("arn:aws:iam::1:role/x").account_id
  nested    = { a = { b : [1, { c = 2 }] }, }
  computed  = { (var.key) = 1, "${var.host}:sub" = 2, plain = 3, "$${literal}" = 4, 5 = 6 }
  grouped   = { for k, v in var.map : v.team => k... }
  filtered  = [for v in var.list : upper(v) if length(v) > 0]
  choice = (
    var.production
    ? "prod"
    : "dev"
  )
}
