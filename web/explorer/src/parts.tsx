// Parts that several views have: a choice, switches, a table, a legend, links to records and files.
import type { Collection } from "./api.js";
import { fill, h, type Child } from "./dom.js";
import { go, href, type Changes } from "./state.js";
import { spoken } from "./words.js";

export const link = (collection: Collection, id: string, name?: string): Child => (
  <a href={href({ record: `${collection}/${id}` })}>{name ?? spoken(id)}</a>
);

// A link to what others serve.
export const outside = (address: string, text: Child = address): Child =>
  h("a", { href: address, rel: "noreferrer" }, text);

export const button = (text: Child, click: () => void): HTMLButtonElement =>
  h("button", { type: "button", click }, text);

// A list to choose from; the choice becomes `name` of the address.
export function pick(label: string, name: string, options: readonly (readonly [string, string])[], now: string): Child {
  const choices = options.map(([value, title]) => new Option(title, value, false, value === now));
  const select = h("select", { change: () => go({ [name]: select.value }) }, choices);
  return (
    <label class="pick">
      {label} {select}
    </label>
  );
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
  const head = (column: Column<Row>): Child => h("th", { scope: "col", class: column.class }, column.name);
  const cell = (column: Column<Row>, row: Row): Child =>
    h(column.heads ? "th" : "td", { scope: column.heads && "row", class: column.class }, column.cell(row));
  const line = (row: Row): Child => <tr>{columns.map((column) => cell(column, row))}</tr>;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>{columns.map(head)}</tr>
        </thead>
        <tbody>{rows.map(line)}</tbody>
      </table>
    </div>
  );
}

export function list(items: Child[], kind = "plain", label?: string): Child {
  const each = items.map((item) => <li>{item}</li>);
  return h("ul", { class: kind, "aria-label": label }, each);
}

export const legend = (label: string, keys: Child[]): Child => list(keys, "legend", label);
export const key = (kind: string, text: string): Child => <span class={`key ${kind}`}>{text}</span>;
export const swatch = (kind: string, text: string): Child => [<span class={`swatch ${kind}`} />, text];
export const share = (size: string): Child => <span class="share" style={`inline-size: ${size}`} />;
export const quiet = (...children: Child[]): Child => <span class="muted">{children}</span>;
export const listed = (items: Child[]): Child => <span>{items.map((item, i) => [i > 0 && ", ", item])}</span>;

export const terms = (rows: (readonly [name: Child, value: Child])[], kind?: string): Child => (
  <dl class={kind}>{rows.map(([name, value]) => [<dt>{name}</dt>, <dd>{value}</dd>])}</dl>
);

export const details = (title: string, ...children: Child[]): Child => (
  <details>
    <summary>{title}</summary>
    {children}
  </details>
);

const FORMATS: Record<string, string> = { bibtex: "BibTeX" };

// The same records in other forms: links to `address`, which may have a query.
export function files(address: string, formats: string[]): Child {
  const start = `${address}${address.includes("?") ? "&" : "?"}format=`;
  return listed(formats.map((name) => <a href={start + name}>{FORMATS[name] ?? name.toUpperCase()}</a>));
}

// The last line of a view: what it shows as files, and the request that gives it.
export const source = (address: string, ...children: Child[]): Child => (
  <p class="files">
    {children}. <a href={address}>Open in the API</a>.
  </p>
);

export const empty = (title: string, ...text: Child[]): Child => (
  <div class="empty">
    <h2>{title}</h2>
    <p>{text}</p>
  </div>
);

// Draws a picture anew whenever its room changes.
export function responsive(draw: (width: number) => Element): HTMLElement {
  const element = <div class="picture" />;
  let width = 0;
  new ResizeObserver(() => {
    const next = Math.round(element.clientWidth);
    if (next === width || next === 0) return;
    width = next;
    fill(element, draw(width));
  }).observe(element);
  return element;
}
