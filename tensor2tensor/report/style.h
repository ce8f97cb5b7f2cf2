// The look of the report: light and dark by what the reader's system says, from a phone's width on.
#ifndef T2T_TENSOR2TENSOR_REPORT_STYLE_H_
#define T2T_TENSOR2TENSOR_REPORT_STYLE_H_

namespace t2t {

// All colours are variables of :root; text has a contrast of at least 4.5 to 1 on its ground.
inline constexpr char kReportStyle[] = R"css(
:root{--ground:#f6f5f2;--card:#fff;--ink:#1c1d22;--quiet:#5d6069;--line:#e2e0da;--track:#eceae5;
--accent:#2450c8;--soft:#e6ecfb;--grey:#9a9ca3;--good:#14713d;--good-soft:#e2f3e8;--bad:#a8321f;--bad-soft:#fbe7e2;
--s0:#2450c8;--s1:#c2560c;--s2:#14713d;--s3:#8a2c8f;--heat-miss:#d9603b}
@media(prefers-color-scheme:dark){:root{--ground:#131418;--card:#1c1e24;--ink:#ebebee;--quiet:#a2a5af;--line:#30333c;
--track:#2a2d35;--accent:#8eacff;--soft:#242f4f;--grey:#777b86;--good:#71d69b;--good-soft:#173324;--bad:#ff9c86;
--bad-soft:#3d211b;--s0:#8eacff;--s1:#f2a065;--s2:#71d69b;--s3:#d795dc;--heat-miss:#e0704c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
main{max-width:1080px;margin:0 auto;padding:40px 24px 64px}
h1,h2,h3,h4,p,dl,ul,figure{margin:0}
h1{font-size:clamp(30px,5vw,46px);line-height:1.1;letter-spacing:-.025em;font-weight:750}
h2{font-size:24px;line-height:1.25;letter-spacing:-.015em;overflow-wrap:anywhere}
h3{font-size:19px;margin:28px 0 0}
h4{font-size:16px;margin:36px 0 12px;padding-top:20px;border-top:1px solid var(--line)}
h4 small{font-weight:400;color:var(--quiet);font-size:13.5px;margin-left:6px}
small{font-size:.8125em;color:var(--quiet);font-weight:400}
code{font:.9em ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
a{color:var(--accent)}
.quiet{color:var(--quiet);font-size:14px}
.kicker{color:var(--accent);font-weight:650;font-size:14px;letter-spacing:.04em;margin-bottom:8px}
.facts{display:flex;flex-wrap:wrap;gap:14px 40px;margin-top:24px}
.facts div{display:flex;flex-direction:column-reverse}
.facts dt{color:var(--quiet);font-size:13.5px}
.facts dd{margin:0;font-size:21px;font-weight:650;line-height:1.35;font-variant-numeric:tabular-nums}
.facts .small,.facts code{font-size:15.5px;line-height:28px}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:32px;margin-top:24px}
.lead{font-size:17px;margin-top:10px;color:var(--quiet)}
.card>.quiet{margin-top:16px}
.ports{display:flex;flex-wrap:wrap;align-items:center;gap:6px;margin-top:10px;font-size:13.5px}
.port{background:var(--soft);border-radius:999px;padding:2px 11px;color:var(--quiet);overflow-wrap:anywhere}
.port b{color:var(--accent);font-weight:650}
.arrow{color:var(--quiet);font-size:17px;padding:0 3px}
.overview{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:16px;margin-top:32px}
.overview li{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;display:flex;flex-direction:column}
.overview a{font-weight:650;text-decoration:none;overflow-wrap:anywhere}
.overview a:hover{text-decoration:underline}
.overview .figure{margin-top:auto;padding-top:14px;line-height:1.2}
.overview .figure b{font-size:30px;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.overview .figure span{color:var(--quiet);font-size:14px;white-space:nowrap}
.overview .verdict{align-self:start;margin-top:10px;padding:3px 10px;font-size:13.5px;font-weight:600}
.headline{display:grid;grid-template-columns:minmax(190px,auto) 1fr;gap:20px 44px;margin-top:26px;align-items:center}
.metric-name{font-weight:650}
.big{font-size:64px;line-height:1.05;font-weight:750;letter-spacing:-.04em;color:var(--accent);font-variant-numeric:tabular-nums}
.big span{font-size:28px;letter-spacing:0}
.direction{font-weight:650;color:var(--ink)}
.bars{display:grid;gap:12px}
.bar{display:grid;grid-template-columns:minmax(130px,190px) 1fr minmax(118px,auto);gap:14px;align-items:center;font-size:14.5px}
.bar .who{overflow-wrap:anywhere;line-height:1.3}
.bar .who small{display:block}
.bar .value{font-variant-numeric:tabular-nums;font-weight:600;line-height:1.25}
.bar .value small{display:block}
.track{position:relative;height:22px;background:var(--track);border-radius:5px}
.fill{position:absolute;inset:0 auto 0 0;background:var(--grey);border-radius:5px;min-width:2px}
.model .fill{background:var(--accent)}
.model .who,.model .value{font-weight:700}
.whisker{position:absolute;top:50%;height:10px;margin-top:-5px;min-width:2px;border:solid var(--ink);border-width:0 1.5px}
.whisker::after{content:"";position:absolute;left:0;right:0;top:4.25px;border-top:1.5px solid var(--ink)}
.verdict{margin-top:18px;border-radius:8px;padding:9px 14px;font-size:15px}
.above{background:var(--good-soft);color:var(--good)}
.unsure{background:var(--line);color:var(--ink)}
.below{background:var(--bad-soft);color:var(--bad)}
.examples{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,430px),1fr));gap:12px}
.example{border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:9px;padding:13px 15px;display:grid;
grid-template-columns:minmax(92px,auto) minmax(0,1fr);gap:6px 18px}
.example.right{border-left-color:var(--good)}
.example.priced{border-left-color:var(--line);grid-template-columns:minmax(0,1fr)}
.example img{display:block;width:92px;height:92px;object-fit:contain;background:#fff;border:1px solid var(--line);border-radius:6px}
.example img.few{image-rendering:pixelated}
.example img.wide{width:100%;height:84px;object-fit:fill}
.example audio{display:block;width:100%;height:36px;margin-top:6px}
.example .input{font-weight:650;max-width:190px;overflow-wrap:anywhere;white-space:pre-wrap}
.tag{display:block;font-weight:400;font-size:12.5px;color:var(--quiet)}
.example .mark{font-size:13.5px;display:flex;flex-wrap:wrap;gap:0 10px;justify-content:space-between}
.right .mark b{color:var(--good)}
.wrong .mark b{color:var(--bad)}
.example dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:2px 12px;margin-top:4px;font-size:15px}
.example dt{color:var(--quiet);font-size:13px;line-height:23px}
.example dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap;unicode-bidi:isolate}
.aligned{display:flex;flex-wrap:wrap;gap:8px 6px;margin-top:6px;font:12.5px/1.35 ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
.aligned span{text-align:center}
.aligned i{display:block;font-style:normal;font-weight:700}
.aligned mark{padding:0}
.example:has(.aligned){grid-column:1/-1}
mark{background:none;color:inherit;font-weight:700;border-radius:3px;padding:0 2px}
mark.off{color:var(--bad);background:var(--bad-soft);text-decoration:underline wavy 1px;text-underline-offset:3px}
mark.missing{color:var(--good);background:var(--good-soft);text-decoration:underline 2px;text-underline-offset:3px}
.curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:24px 32px}
.card>.bars+.curves,.facts+.curves{margin-top:28px}
.curve{max-width:620px}
.curve figcaption{font-size:14.5px;margin-bottom:6px}
.curve figcaption span{color:var(--quiet);font-size:13px;margin-left:6px}
.curve>svg{display:block;width:100%;height:auto;overflow:visible}
.grid line{stroke:var(--line)}
.grid text{fill:var(--quiet);font-size:12.5px}
.s0{--c:var(--s0)}.s1{--c:var(--s1);--d:7 4}.s2{--c:var(--s2);--d:2 3}.s3{--c:var(--s3);--d:9 3 2 3}
polyline{fill:none;stroke:var(--c);stroke-width:2;stroke-dasharray:var(--d,none);stroke-linejoin:round;stroke-linecap:round}
circle{fill:var(--card);stroke:var(--c);stroke-width:2}
.band{fill:var(--c);opacity:.15}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;padding:0;font-size:13px;color:var(--quiet)}
.swatch{width:28px;height:8px;margin-right:6px;vertical-align:middle}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:14.5px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--quiet);font-size:13.5px;padding-bottom:8px}
.metrics,.plain{width:100%}
.metrics th,.metrics td,.plain th,.plain td{padding:9px 18px 9px 0;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead tr:first-child th{border-top:0!important;font-weight:600;color:var(--quiet);font-size:13.5px;vertical-align:bottom!important}
.metrics tbody th{min-width:190px;max-width:380px;font-weight:650;line-height:1.4}
.metrics td{white-space:nowrap}
.metrics td:nth-child(3){font-weight:700}
.plain{margin-top:14px}
.plain tbody th{font-weight:600;white-space:nowrap}
.plain td{overflow-wrap:anywhere;min-width:74px}
.confusion{font-size:13.5px}
.confusion thead th{height:108px;vertical-align:bottom;padding:0;border:0}
.confusion thead span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;max-height:150px;
overflow:hidden;text-overflow:ellipsis;padding-top:6px}
.confusion tbody th{text-align:right;font-weight:400;color:var(--quiet);padding-right:10px;white-space:nowrap}
.confusion td{min-width:44px;height:34px;text-align:center;padding:0 4px;border:1px solid var(--card);border-radius:4px}
.confusion .none{color:var(--quiet)}
.confusion .hit{background:color-mix(in srgb,var(--accent) var(--heat),var(--track));font-weight:700}
.confusion .hit.deep{color:var(--card)}
.confusion .miss{background:color-mix(in srgb,var(--heat-miss) var(--heat),var(--card))}
.confusion .miss.deep{font-weight:700}
@media(max-width:720px){
main{padding:24px 14px 40px}.card{padding:20px 16px;border-radius:12px}
.headline{grid-template-columns:1fr}
.bar{grid-template-columns:1fr auto;gap:3px 10px}.bar .track{grid-column:1/-1;grid-row:2;height:18px}
.bar .value{text-align:right}.bar .value small,.bar .who small{display:inline}
.facts{gap:12px 28px}.facts dd{font-size:18px}
.metrics tbody th{min-width:150px}
.example .input{max-width:none}
h4 small{display:block;margin-left:0}}
@media(max-width:480px){.example{grid-template-columns:1fr}
.example:has(img:not(.wide)){grid-template-columns:72px minmax(0,1fr)}.example img{width:72px;height:72px}}
@media print{body{background:#fff}.card,.example,.curve{break-inside:avoid}}
)css";

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_REPORT_STYLE_H_
