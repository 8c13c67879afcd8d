/** The style of a report's page: text, tables, and the colours of its charts for light, dark and paper. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#fff;--soft:#f5f7f8;--ink:#1a2026;--muted:#57626c;--line:#dce1e5;--reference:#8d9caa;--current:#14507f;
--ok:#1b6e45;--warn:#875a00;--hold:#6b35a3;--fail:#b3261e;--plain:#57626c}
@media(prefers-color-scheme:dark){:root{--paper:#13171b;--soft:#1b2126;--ink:#e4e8eb;--muted:#9ca8b2;--line:#2e363d;--reference:#66747f;--current:#9fd0fa;
--ok:#62c794;--warn:#e3b552;--hold:#c8a2f2;--fail:#ff9187;--plain:#9ca8b2}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
main{max-width:1080px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:25px;line-height:1.3;font-weight:600;margin:6px 0 12px;letter-spacing:-.01em}
h2{font-size:18px;font-weight:600;margin:44px 0 4px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:15px;font-weight:600;margin:20px 0 6px}
p{margin:0 0 10px;max-width:88ch}
.note,figcaption,caption,.kicker,small{color:var(--muted);font-size:13px}
.kicker{margin:0}
caption{text-align:left;padding:0 0 6px}
small{display:block;line-height:1.35;font-weight:400}
.tag{font-size:12px;font-weight:600;white-space:nowrap;border:1px solid;border-radius:3px;padding:0 5px;color:var(--plain)}
.tag.ok{color:var(--ok)}.tag.warn{color:var(--warn)}.tag.hold{color:var(--hold)}.tag.fail,.tag.error{color:var(--fail)}
h1 .tag{font-size:14px;padding:2px 9px;vertical-align:3px;margin-right:4px;text-transform:uppercase;letter-spacing:.06em;border-width:0;color:var(--paper)!important;background:var(--plain)}
h1 .ok{background:var(--ok)}h1 .warn{background:var(--warn)}h1 .hold{background:var(--hold)}h1 .fail{background:var(--fail)}
ol.findings{list-style:none;margin:18px 0 0;padding:0;border-top:1px solid var(--line)}
ol.findings li{display:grid;grid-template-columns:46px 1fr auto;gap:4px 12px;padding:8px 0;border-bottom:1px solid var(--line)}
ol.findings .tag{justify-self:start;align-self:start;margin-top:2px}
.times{color:var(--muted);font-size:13px}li>.times{white-space:nowrap}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:14px 24px;margin:14px 0 0}
dt{color:var(--muted);font-size:13px}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line)}
th{font-weight:600}thead th{font-size:13px;color:var(--muted);font-weight:500;vertical-align:bottom}
td.n,th.n{text-align:right;white-space:nowrap}
.scroll{overflow-x:auto;margin:10px 0}.scroll table{min-width:720px}.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--current);outline-offset:2px}
.columns{table-layout:fixed}.columns>thead th:nth-child(1){width:27%}.columns>thead th:nth-child(2){width:150px}
.columns>tbody>tr:first-child>*{border-bottom:0;padding-top:9px}
.columns>tbody>tr.more>td{padding:0 0 7px}
svg{display:block;max-width:100%;height:auto}
svg text{font-family:inherit}
details>summary{cursor:pointer;color:var(--muted);font-size:13px;width:max-content;max-width:100%}
details[open]>summary{margin-bottom:8px}
.detail{background:var(--soft);padding:14px 16px;border-radius:4px;margin:2px 0 10px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:20px 32px;align-items:start}
.scale{display:block;position:relative;height:6px;margin:6px 0 3px;background:var(--soft);border:1px solid var(--line);border-radius:3px;max-width:220px}
.scale i{position:absolute;inset:0 auto 0 0;width:var(--at);background:var(--plain);border-radius:2px}
.scale.ok i{background:var(--ok)}.scale.warn i{background:var(--warn)}.scale.fail i,.scale.error i{background:var(--fail)}
.scale:after{content:"";position:absolute;left:50%;top:-4px;bottom:-4px;border-left:1px solid var(--ink)}
figure{margin:10px 0 0}figure h3{margin-top:6px}.trio{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:12px 28px}
.key{display:inline-block;width:10px;height:10px;margin:0 4px 0 10px;background:var(--reference)}.key:first-child{margin-left:0}.key.now{background:var(--current)}.key.warned{background:var(--warn);height:3px;vertical-align:3px}.key.failed{background:var(--fail);height:3px;vertical-align:3px}
.confusion{width:auto}.confusion small{color:inherit}.confusion td{min-width:72px;background:color-mix(in srgb,var(--current) var(--at),transparent);text-align:right;padding-left:10px}
.meter{display:block;height:5px;background:var(--current);width:var(--at);min-width:1px;margin-top:5px;border-radius:2px}
footer{margin-top:48px;padding-top:12px;border-top:1px solid var(--line);color:var(--muted);font-size:13px}
@media(max-width:640px){main{padding:18px 16px 40px}h1{font-size:21px}
.columns>thead th:nth-child(1){width:34%}.columns>thead th:nth-child(2){width:118px}.columns>*>tr>*{padding-right:8px}
dl{grid-template-columns:1fr 1fr;gap:10px 16px}.detail{padding:10px;margin-left:-6px;margin-right:-6px}ol.findings li{grid-template-columns:44px 1fr}ol.findings .times{grid-column:2}}
@media print{:root{color-scheme:light;--paper:#fff;--soft:#fff;--ink:#000;--muted:#444;--line:#bbb;--reference:#999;--current:#14507f;--ok:#1b6e45;--warn:#875a00;--hold:#6b35a3;--fail:#b3261e;--plain:#444}
body{zoom:.8}main{max-width:none;padding:0}h2,h3{break-after:avoid}tr,figure,li{break-inside:avoid}.scroll{overflow:visible}.scroll table{min-width:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}details:not([open]),tr.more:not(:has(details[open])){display:none}}
`
