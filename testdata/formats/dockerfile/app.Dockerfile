# escape=`
FROM windows
RUN dir `
  c:\\
ENV P=c:\x
