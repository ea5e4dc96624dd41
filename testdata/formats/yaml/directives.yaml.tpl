%{ if enabled ~}
name: ${name}
%{ endif ~}
list:
%{ for x in xs ~}
  - "${x}"
%{ endfor ~}
