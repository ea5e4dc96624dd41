//! The style sheet and the only script of the page. Without script every row is shown; with it, tables can be filtered.

/// The style: one column that reads on a phone, in which rows of tables become cards; ink on paper in print.
pub(super) const CSS: &str = r"
:root{--ink:#1a1c20;--soft:#4a4f58;--line:#d5d9e0;--paper:#fff;--tint:#f4f6f9;--fail:#b3261e;--waived:#9a5b00;--accepted:#6b5d1e;--pass:#1a7446;--none:#e3e7ed;--mark:#1d4f91}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
main{max-width:1240px;margin:0 auto;padding:0 20px 60px}
header.top{background:#14213a;color:#fff;padding:28px 0}
header.top>div{max-width:1240px;margin:0 auto;padding:0 20px}
header.top h1{margin:0 0 4px;font-size:26px;line-height:1.25;overflow-wrap:anywhere}
header.top p{margin:4px 0;color:#d7deea;overflow-wrap:anywhere}
nav{border-bottom:1px solid var(--line);margin-bottom:8px;padding:10px 0}
nav a{display:inline-block;margin:2px 14px 2px 0;color:var(--mark)}
h2{font-size:20px;margin:34px 0 10px;padding-bottom:4px;border-bottom:2px solid var(--ink)}
h3{font-size:16px;margin:20px 0 6px}
.note{border-left:4px solid var(--mark);background:var(--tint);padding:10px 14px;margin:16px 0}
.note.caution{border-color:var(--fail)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:10px;margin:14px 0}
.tile{border:1px solid var(--line);border-radius:6px;padding:10px 12px}
.tile b{display:block;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:28px}
.chart{display:grid;grid-template-columns:max-content 1fr;gap:6px 12px;margin:8px 0;align-items:center}
.chart dt{font-size:13px}
.chart dd{margin:0;display:flex;gap:10px;align-items:center}
.chart dd b{min-width:44px;text-align:right;font-variant-numeric:tabular-nums}
svg.bar{width:100%;min-width:70px;height:10px;display:block;border-radius:2px}
.s-none{fill:var(--none)}.s-fail{fill:var(--fail)}.s-waived{fill:#d98a1f}.s-accepted{fill:#b5a75a}.s-pass{fill:var(--pass)}.s-ink{fill:#44618f}
.lines{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(330px,100%),1fr));gap:14px;margin:10px 0}
.lines figure{margin:0;border:1px solid var(--line);border-radius:6px;padding:8px 10px;break-inside:avoid}
.lines figcaption{font-size:13px;font-weight:600}
.lines figcaption span{display:inline-block;margin-right:12px;font-weight:400;color:var(--soft)}
.lines figcaption i{display:inline-block;width:14px;height:3px;vertical-align:middle;margin-right:4px}
.lines svg{width:100%;height:auto;display:block}
.lines text{font-size:9px;fill:var(--soft)}
.l-a{stroke:#1d4f91}.l-b{stroke:#b3261e}.k-a{background:#1d4f91}.k-b{background:#b3261e}
.lines polyline{fill:none;stroke-width:2}.lines .l-b{stroke-dasharray:5 3}.axis{stroke:var(--line);stroke-width:1}
table{border-collapse:collapse;width:100%;font-size:13px;margin:8px 0}
th,td{text-align:left;vertical-align:top;padding:6px 8px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td.m,td.w{overflow-wrap:anywhere}
th{background:var(--tint);font-weight:600;overflow-wrap:normal}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.k{white-space:nowrap}
td.w{min-width:180px}
td.m{min-width:150px}
td.o{min-width:130px}
td.h{min-width:110px}
td.t{min-width:80px}
code,.m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:12px}
.b{display:inline-block;border-radius:3px;padding:0 7px;font-size:12px;font-weight:600;white-space:nowrap;border:1px solid currentColor}
.b.fail,.b.critical,.b.high,.b.invalid,.b.expired,.b.missing,.b.stale{color:var(--fail)}.b.waived,.b.medium,.b.ignored,.b.missed{color:var(--waived)}.b.pass,.b.in-force,.b.in-time{color:var(--pass)}
.b.critical{background:var(--fail);color:#fff}
.b.attested{color:var(--mark)}.b.not-assessed,.b.not-applicable,.b.low,.b.open,.b.baseline,.b.not-declared{color:var(--soft)}
.filter{display:none;margin:8px 0}
.script .filter{display:block}
.filter input{font:inherit;padding:6px 10px;width:100%;max-width:460px;border:1px solid #8a93a3;border-radius:4px}
.sign{display:grid;grid-template-columns:1fr 1fr;gap:24px}
.sign div{border:1px solid var(--line);border-radius:6px;padding:12px}
.sign p{border-bottom:1px solid #8a93a3;margin:22px 0 4px}
pre{background:var(--tint);border:1px solid var(--line);border-radius:4px;padding:10px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px}
@media screen and (max-width:760px){
.two,.sign{grid-template-columns:1fr}
table,tbody,tr,td{display:block}
thead{position:absolute;left:-9999px}
tr{border:1px solid var(--line);border-radius:6px;margin:0 0 10px;padding:6px 10px}
td,td.n{border:0;padding:2px 0;display:grid;grid-template-columns:112px minmax(0,1fr);gap:8px;text-align:left}
td::before{content:attr(data-h);color:var(--soft);font-size:12px}
td:empty{display:none}
td,td.k{white-space:normal;overflow-wrap:anywhere}
td .b{justify-self:start}
.tiles{grid-template-columns:1fr 1fr}
header.top h1{font-size:21px}
}
@media print{
@page{size:A4 landscape;margin:12mm}
body{font-size:10.5px}
.lines{grid-template-columns:repeat(3,1fr)}.lines figcaption{font-size:9px}
.tiles{grid-template-columns:repeat(4,1fr)}.tile b{font-size:16px}.b{font-size:8px;padding:0 4px}h2{font-size:14px;margin:18px 0 6px}h3{font-size:11px}
main{max-width:none;padding:0}
header.top{background:none;color:var(--ink);padding:0 0 8px;border-bottom:2px solid var(--ink)}
header.top>div{padding:0}header.top p{color:var(--soft)}.chart dt,.tile span{font-size:9.5px}
nav,.filter,.script .filter{display:none}
table{font-size:8.5px}
th,td{padding:3px 4px}
td.m{min-width:90px}td.w{min-width:110px}td.o{min-width:88px}td.h{min-width:70px}td.t{min-width:58px}
code,.m{font-size:8px}
tr,.tile,.sign{break-inside:avoid}
h2,h3{break-after:avoid}
thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
";

/// Filters the rows of the table below each field.
pub(super) const SCRIPT: &str = r"document.documentElement.classList.add('script');
for(const f of document.querySelectorAll('.filter input')){const rows=[...document.querySelectorAll('#'+f.dataset.for+' tbody tr')];
f.addEventListener('input',()=>{const words=f.value.toLowerCase().split(/\s+/).filter(Boolean);
for(const r of rows){const t=r.textContent.toLowerCase();r.hidden=!words.every(w=>t.includes(w))}})}";
