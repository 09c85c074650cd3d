// Parts that several views have: a choice, switches, a table, a legend, links to files.
import { fill, h, type Child } from "./dom.js";
import { go, href, type Changes } from "./state.js";

// A list to choose from; the choice becomes `name` of the address.
export function pick(label: string, name: string, options: readonly (readonly [string, string])[], now: string): Child {
  const change = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement) go({ [name]: target.value || null });
  };
  const option = ([value, title]: readonly [string, string]): Child =>
    h("option", { value, selected: value === now }, title);
  return h("label", { class: "pick" }, `${label} `, h("select", { change }, options.map(option)));
}

export interface Chip {
  name: Child;
  pressed: boolean;
  changes: Changes;
}

// Switches side by side.
export function chips(label: string, all: Chip[]): Child {
  const chip = ({ name, pressed, changes }: Chip): Child =>
    h("button", { type: "button", class: "chip", "aria-pressed": String(pressed), click: () => go(changes) }, name);
  return h("div", { class: "chips", role: "group", "aria-label": label }, all.map(chip));
}

export const tableSwitch = (asTable: boolean, picture: string): Child =>
  h(
    "a",
    { class: "switch", href: href({ as: asTable ? null : "table" }) },
    asTable ? `Show ${picture}` : "Show a table",
  );

// A column of a table: what it is called, what it says of one row. One of them names the row.
export interface Column<Row> {
  name: string;
  cell(row: Row): Child;
  heads?: boolean;
  class?: string;
}

export function table<Row>(label: string, columns: Column<Row>[], rows: readonly Row[]): Child {
  const head = ({ name, class: kind }: Column<Row>): Child => h("th", { scope: "col", class: kind }, name);
  const cell = (row: Row, { cell, heads, class: kind }: Column<Row>): Child =>
    heads ? h("th", { scope: "row", class: kind }, cell(row)) : h("td", { class: kind }, cell(row));
  const line = (row: Row): Child =>
    h(
      "tr",
      columns.map((column) => cell(row, column)),
    );
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    h("table", h("thead", h("tr", columns.map(head))), h("tbody", rows.map(line))),
  );
}

export const legend = (label: string, keys: Child[]): Child =>
  h(
    "ul",
    { class: "legend", "aria-label": label },
    keys.map((key) => h("li", key)),
  );

export const key = (kind: string, text: string): Child => h("span", { class: `key ${kind}` }, text);
export const swatch = (kind: string, text: string): Child => [h("span", { class: `swatch ${kind}` }), text];

export const list = (items: Child[], kind = "plain"): Child =>
  h(
    "ul",
    { class: kind },
    items.map((item) => h("li", item)),
  );

export const quiet = (...children: Child[]): Child => h("span", { class: "muted" }, children);

export const listed = (items: Child[]): Child =>
  h(
    "span",
    items.map((item, i) => [i > 0 && ", ", item]),
  );

const FORMATS: Record<string, string> = { bibtex: "BibTeX" };

// The same records in other forms: links to `address`, which may have a query.
export const files = (address: string, formats: string[]): Child =>
  listed(
    formats.map((format) =>
      h(
        "a",
        { href: `${address}${address.includes("?") ? "&" : "?"}format=${format}` },
        FORMATS[format] ?? format.toUpperCase(),
      ),
    ),
  );

export const empty = (title: string, ...text: Child[]): Child =>
  h("div", { class: "empty" }, h("h2", title), h("p", text));

// Draws a picture anew whenever its room changes.
export function responsive(draw: (width: number) => Element): HTMLElement {
  const element = h("div", { class: "picture" });
  let width = 0;
  new ResizeObserver(() => {
    const next = Math.round(element.clientWidth);
    if (next === width || next === 0) return;
    width = next;
    fill(element, draw(width));
  }).observe(element);
  return element;
}
