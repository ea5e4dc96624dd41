path "secret/data/*" {
  capabilities = ["create", "read", "update", "delete", "sudo"]
}

path "auth/token/create" {
  capabilities        = ["update"]
  required_parameters = ["ttl"]
}
