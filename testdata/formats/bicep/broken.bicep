var a = {
  b: ]
}

param c string
resource x 'T@1' = {
  name: 'unclosed
}
var d = 'ok'
