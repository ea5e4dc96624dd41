{
  "Statement": [
    {% for s in statements %}
    { "Resource": "${arns["a"]}", "Sid": {{ s.sid }} },
    {% endfor %}
    { "Resource": "${plain}/x", "n": ${count}, "{{ key }}-k": "a{{ b }}c" }
  ]
}
