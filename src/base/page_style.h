// SPDX-License-Identifier: Apache-2.0
//
// How pages that the program writes look: the paper and ink of the console
// (web/style.css), in light, in dark and on paper. Every pair of text and
// ground has a contrast of at least 4.5 to 1.
#pragma once

#include <string>
#include <string_view>

namespace lostletter::html {

// For a Content-Security-Policy: this style, and nothing else.
std::string content_policy();

inline constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #f5f2ea; --sheet: #fffdf8; --ink: #1e2733; --soft: #59636f;
  --line: #ddd6c6; --accent: #274b74; --wrong: #9b2018; --came: #47699a;
  --good: #1c6544; --wrong-ground: #fbe5e1; --good-ground: #e3f1e8;
  --h0: #efeae0; --h1: #f3cdc5; --h2: #e5a094; --h3: #cf6c60; --h4: #ad3d33;
  --h5: #7c160f;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia,
           "DejaVu Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans",
          sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
          monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181e; --sheet: #1c222a; --ink: #e8e4da; --soft: #a3abb5;
    --line: #323a45; --accent: #9fc1ea; --wrong: #ffaea3; --came: #7fa3d6;
    --good: #8fd6b0; --wrong-ground: #45201c; --good-ground: #173426;
    --h0: #272e38; --h1: #4a2622; --h2: #7a352d; --h3: #ad4c41; --h4: #dd7c70;
    --h5: #ffc4bb;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0 auto; padding: clamp(1rem, 4vw, 2.5rem) clamp(.75rem, 4vw, 2rem);
  max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 var(--sans);
}
h1, h2, h3 { font-family: var(--serif); font-weight: 500; line-height: 1.2;
  text-wrap: balance; }
h1 { margin: 0 0 .4rem; font-size: clamp(1.5rem, 4vw, 2.2rem);
  letter-spacing: -.01em; }
h2 { margin: 0 0 .35rem; font-size: 1.4rem; }
h3 { margin: 1.2rem 0 .3rem; font-size: 1.1rem; }
p { margin: .25rem 0 .6rem; }
a { color: var(--accent); }
.soft, figcaption, caption { color: var(--soft); }
.small { font-size: .875rem; }
.name, .mono { font-family: var(--mono); font-size: .86em;
  overflow-wrap: anywhere; }
header { margin-bottom: 1.1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: .5rem 0 0;
  padding: 0; list-style: none; font-size: .875rem; }
section { margin: 0 0 1.25rem; padding: 1.15rem clamp(.9rem, 3vw, 1.5rem);
  border: 1px solid var(--line); border-radius: 10px;
  background: var(--sheet); }
section.first { position: relative; overflow: hidden; padding-top: 1.4rem; }
section.first::before { content: ""; position: absolute; inset: 0 0 auto;
  height: 6px; background: repeating-linear-gradient(115deg,
    #b8564d 0 16px, transparent 16px 26px, #47699a 26px 42px,
    transparent 42px 52px); }
.answers { display: grid; grid-template-columns: repeat(auto-fit,
  minmax(11rem, 1fr)); gap: .5rem 1.75rem; margin: .6rem 0 1rem; }
.answers > div { display: flex; flex-direction: column; }
.answers dt { color: var(--soft); font-size: .875rem; }
.answers dd { margin: 0; }
.answers dd.big { font: 500 1.9rem/1.2 var(--serif);
  font-variant-numeric: lining-nums; }
.yes { color: var(--wrong); }
.no { color: var(--good); }
ol.steps { margin: .3rem 0 0; padding-left: 1.4rem; }
ol.steps > li { margin: 0 0 .45rem; padding-left: .2rem; }
ol.steps strong { font-weight: 600; overflow-wrap: anywhere; }
.share { color: var(--soft); font-size: .875rem; }
figure { margin: .5rem 0 .25rem; }
svg { display: block; width: 100%; height: auto; font-family: var(--sans);
  font-size: 12px; }
svg[preserveAspectRatio="none"] { height: 8rem; }
svg rect { fill: var(--came); }
svg text { fill: var(--ink); }
.ends { display: flex; justify-content: space-between; color: var(--soft); }
.note { color: var(--soft); }
svg .dim { fill: var(--soft); }
svg .rule { stroke: var(--line); stroke-width: 1; }
svg .mark { fill: var(--wrong); }
svg .rest { fill: var(--came); }
svg .band { fill: var(--came); fill-opacity: .38; }
svg .node { fill: var(--ink); }
.h0 { fill: var(--h0); } .h1 { fill: var(--h1); } .h2 { fill: var(--h2); }
.h3 { fill: var(--h3); } .h4 { fill: var(--h4); } .h5 { fill: var(--h5); }
svg .cell:hover, svg .band:hover, svg .bar:hover { opacity: .75; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; align-items:
  center; font-size: .875rem; }
.legend svg { display: inline-block; width: .8rem; height: .8rem;
  margin-right: .4rem; vertical-align: -1px; }
details { margin: .5rem 0 0; }
summary { color: var(--accent); cursor: pointer; font-size: .875rem; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
caption { padding: .3rem 0; text-align: left; font-size: .875rem; }
th, td { padding: .28rem .8rem .28rem 0; border-bottom: 1px solid var(--line);
  text-align: left; vertical-align: top; font-weight: 400; }
thead th { color: var(--soft); font-size: .82rem; font-family: var(--sans); }
th.number, td.number, th.n, td.n { text-align: right;
  font-variant-numeric: tabular-nums lining-nums; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
article { margin: 0; padding: .75rem 0; border-top: 1px solid var(--line);
  break-inside: avoid; }
article h3 { margin: 0 0 .15rem; font: 600 1rem/1.4 var(--mono);
  overflow-wrap: anywhere; }
article p { margin: .15rem 0; }
.tag { display: inline-block; padding: 0 .5rem; border-radius: 99px;
  background: var(--wrong-ground); color: var(--wrong); font: .8rem/1.5
  var(--sans); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
  .cell, .band, .bar { transition: opacity .15s; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000;
    --soft: #444; --line: #bbb; --accent: #274b74; --wrong: #9b2018;
    --came: #47699a; --good: #1c6544; --wrong-ground: #fff;
    --good-ground: #fff; --h0: #efeae0; --h1: #f3cdc5; --h2: #e5a094;
    --h3: #cf6c60; --h4: #ad3d33; --h5: #7c160f; }
  @page { margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  section { border: 0; padding: 0; }
  section.first::before { display: none; }
  figure, tr, li { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  .wide { overflow: visible; }
  svg .mark, svg .rest, svg .band, svg .node, .cell {
    print-color-adjust: exact; }
}
)css";

}  // namespace lostletter::html
