// Parts that several views have: a choice, switches, a table, a legend, links to records and files.
import type { PlotOptions } from "@observablehq/plot";
import { fill, h, type Child } from "./dom.js";
import { go, href, type Changes, type State } from "./state.js";

// Links to the record at COLLECTION/ID, and to what others serve.
export const link = (path: string, name: string): Child => h("a", { href: href({ record: path }) }, name);
export const outside = (address: string, text = address): Child => h("a", { href: address, rel: "noreferrer" }, text);
export const button = (text: Child, click: () => void): HTMLElement => h("button", { type: "button", click }, text);
export const chosen = ({ target }: Event): string =>
  target instanceof HTMLSelectElement || target instanceof HTMLInputElement ? target.value : "";

// A list to choose from; the choice becomes `name` of the address.
export function pick(label: string, name: string, options: [value: string, title: string][], now: string): Child {
  const choices = options.map(([value, title]) => new Option(title, value, false, value === now));
  return h("label.pick", `${label} `, h("select", { change: (event) => go({ [name]: chosen(event) }) }, choices));
}

export type Chip = [name: Child, pressed: boolean, changes: Changes];
export function chips(label: string, all: Chip[]): Child {
  const chip = ([name, pressed, changes]: Chip): Child =>
    h("button.chip", { type: "button", "aria-pressed": String(pressed), click: () => go(changes) }, name);
  return h("div.chips", { role: "group", "aria-label": label }, all.map(chip));
}

export const tableLink = ({ asTable }: State, picture: string): Child =>
  h("a.switch", { href: href({ as: asTable ? null : "table" }) }, asTable ? `Show ${picture}` : "Show a table");

// What a column is called, what it says of one row, of which class it is; the first one names the row.
export type Column<Row> = [name: string, cell: (row: Row) => Child, kind?: string];

export function table<Row>(label: string, rows: readonly Row[], columns: Column<Row>[]): Child {
  const head = columns.map(([name, , kind]) => h("th", { scope: "col", class: kind }, name));
  const cells = (row: Row): Child =>
    columns.map(([, say, kind], i) => h(i ? "td" : "th", { scope: !i && "row", class: kind }, say(row)));
  const lines = rows.map((row) => h("tr", cells(row)));
  const all = h("table", h("thead", h("tr", head)), h("tbody", lines));
  return h("div.scroll", { tabindex: 0, role: "region", "aria-label": label }, all);
}

const item = (content: Child): Child => h("li", content);
export const list = (items: Child[], kind = "plain"): Child => h("ul", { class: kind }, items.map(item));
export const legend = (label: string, keys: Child[]): Child => h("ul.legend", { "aria-label": label }, keys.map(item));
export const key = (kind: string, text: string): Child => h(`span.key.${kind}`, text);
export const share = (size: string): Child => h("span.share", { style: `inline-size: ${size}` });
export const quiet = (...children: Child[]): Child => h("span.muted", children);
const after = (each: Child, i: number): Child => [i > 0 && ", ", each];
export const listed = (items: Child[]): Child => h("span", items.map(after));
export const details = (title: string, ...children: Child[]): Child => h("details", h("summary", title), children);
export type Term = [name: Child, value: Child];
const term = ([name, value]: Term): Child => [h("dt", name), h("dd", value)];
export const terms = (rows: Term[], kind?: string): Child => h("dl", { class: kind }, rows.map(term));

// The same records in other forms: links to `address`, which may have a query.
export function files(address: string, formats: string[]): Child {
  const start = `${address}${address.includes("?") ? "&" : "?"}format=`;
  return listed(formats.map((each) => h("a", { href: start + each }, each.toUpperCase().replace("IBTEX", "ibTeX"))));
}

// The last line of a view: what it shows as files, and the request that gives it.
export const source = (address: string, ...children: Child[]): Child =>
  h("p.files", children, ". ", h("a", { href: address }, "Open in the API"), ".");
export const empty = (title: string, ...text: Child[]): Child => h("div.empty", h("h2", title), h("p", text));

// What pictures of Observable Plot have in common that show amounts in time.
export const inTime = (width: number, height: number, ariaLabel: string, domain: readonly number[]): PlotOptions => ({
  ...{ width, height, ariaLabel, className: "plot", marginLeft: 48, marginRight: 8 },
  color: { type: "identity" },
  x: { type: "utc", domain, label: null, tickSize: 0, ticks: width / 110 },
});

// Draws a picture anew whenever its room changes.
export function responsive(draw: (width: number) => Element): Child {
  const element = h("div.picture");
  let width = 0;
  new ResizeObserver(() => {
    const next = Math.round(element.clientWidth);
    if (next === width || next === 0) return;
    width = next;
    const drawn = draw(width);
    if (drawn.parentNode !== element) fill(element, drawn);
  }).observe(element);
  return element;
}
