/** A report's page: one file without scripts that asks nothing of any network, light or dark as its reader likes it. */
import { type Html, html } from "./html.ts";

// Whatever a name might smuggle in: the browser would neither run nor fetch it.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: Html = {
  markup: `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1f24; --faint: #5b6470; --line: #d5d9df; --panel: #f5f6f8;
  --blue: #1f5fa8; --blue-fill: #bcd5f0; --grey-fill: #c9ced6; --red: #b3261e; --green: #2e7d4f; --amber: #b26a00; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #e6e8eb; --faint: #a0a8b2; --line: #363c44; --panel: #1d2127;
    --blue: #8bbcf5; --blue-fill: #26496e; --grey-fill: #3f4751; --red: #ff8a80; --green: #7fd0a0; --amber: #ffb95e; }
}
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.3rem; margin-top: 2.5rem; } h3 { margin: 2rem 0 0.5rem; }
figure { margin: 1rem 0; } figcaption { font-weight: 600; } .axis-name { color: var(--faint); font-weight: 400; margin-left: 0.75em; }
.scroll { overflow-x: auto; } .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--blue); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; font-size: 0.9rem; }
.caption { color: var(--faint); font-size: 0.9rem; margin: 0.5rem 0 0.25rem; }
td { white-space: nowrap; }
th, td { padding: 0.2rem 0.9rem 0.2rem 0; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; font-weight: 400; min-width: 9rem; } thead th { vertical-align: bottom; }
.words th:last-child, .words td:last-child { text-align: left; white-space: normal; min-width: 12rem; } .words th:first-child { min-width: 0; }
pre { background: var(--panel); padding: 0.75rem; white-space: pre-wrap; font-size: 0.85rem; }
summary { cursor: pointer; padding: 0.35rem 0; }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.2rem; list-style: none; padding: 0; margin: 0.25rem 0 0; font-size: 0.85rem; color: var(--faint); }
.swatch { width: 20px; height: 10px; }
.plot { display: block; width: 100%; height: auto; } .plot.narrow { display: none; }
@media (max-width: 40rem) { .plot.wide { display: none; } .plot.narrow { display: block; } }
@media print { details { display: block; } }
.tick { font-size: 12px; fill: var(--faint); } .grid { stroke: var(--line); }
path, .swatch rect { stroke-linecap: round; stroke-linejoin: round; }
.demand { stroke: var(--ink); stroke-width: 1.3; } .curve { stroke: var(--blue); stroke-width: 2; }
.swatch .demand, .swatch .curve { fill: none; }
.band { fill: var(--blue-fill); } .serving { fill: var(--grey-fill); } .short { fill: var(--red); }
.in { fill: var(--green); } .out { fill: var(--amber); } .dot { fill: var(--blue); fill-opacity: 0.45; }
.unknown { fill: var(--faint); fill-opacity: 0.2; stroke: var(--faint); stroke-width: 0.5; stroke-dasharray: 2 3; }
.mark { stroke: var(--red); stroke-width: 1.5; stroke-dasharray: 6 3; fill: none; }
`,
};

export function pageHtml(title: string, body: readonly Html[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}</main>
</body>
</html>
`.markup;
}

export interface Sheet {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly string[])[];
  /** The last column holds sentences. */
  readonly words?: boolean;
}

/** Wider than the screen it scrolls by itself, with the keyboard, too. */
export function sheetHtml({ caption, columns, rows, words = false }: Sheet): Html {
  const [name = "", ...figures] = columns;
  return html`<p class="caption">${caption}</p>
<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="${words ? "words" : "figures"}">
<thead><tr><th scope="col">${name}</th>${figures.map((figure) => html`<th scope="col">${figure}</th>`)}</tr></thead>
<tbody>
${rows.map(([first = "", ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>
</div>
`;
}

export const foldedHtml = (summary: string, body: Html): Html => html`<details>
<summary>${summary}</summary>
${body}</details>
`;

/** The command line, as it can be typed again; what an address says of user and password is left out. */
export function commandHtml(words: readonly string[]): Html {
  const line = ["retask", ...words]
    .map((word) => word.replace(/\/\/[^/@\s]*@/, "//"))
    .map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
  return html`<h2>How it was made</h2>
<pre>${line}</pre>
`;
}
