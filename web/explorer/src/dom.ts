// Makes elements, by h() or as JSX: texts of the service become text nodes, never markup.
import type { BaseType, Selection } from "d3-selection";

export type Child = Node | string | number | boolean | null | undefined | readonly Child[];
type Tags = HTMLElementTagNameMap;
type Value = string | number | boolean | null | undefined;
type Name = "autocomplete" | "checked" | "class" | "hidden" | "href" | "id" | "max" | "min" | "open" | "rel";
type More = "reversed" | "role" | "scope" | "selected" | "style" | "tabindex" | "type" | "value";
type Listeners = Partial<Record<"click" | "change" | "toggle" | "pointerdown", (event: Event) => void>>;
interface Attributes extends Listeners, Partial<Record<Name | More, Value>> {
  [name: `${"aria" | "data"}-${string}`]: Value;
  children?: Child;
}

declare global {
  // The names by which TypeScript knows JSX.
  namespace JSX {
    type Element = HTMLElement;
    type IntrinsicElements = Record<keyof Tags, Attributes>;
    interface ElementChildrenAttribute {
      children: Child;
    }
  }
}

function nodes(child: Child): (Node | string)[] {
  if (child === null || child === undefined || typeof child === "boolean") return [];
  if (child instanceof Node) return [child];
  return typeof child === "object" ? child.flatMap(nodes) : [String(child)];
}

export function h<K extends keyof Tags>(tag: K, attributes: Attributes | null, ...children: Child[]): Tags[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  element.append(...nodes(children));
  return element;
}

export const fill = (element: Element, ...children: Child[]): void => element.replaceChildren(...nodes(children));

// What the page has from the start.
export function part<Kind extends Element = HTMLElement>(selector: string): Kind {
  const found = document.querySelector<Kind>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

// A copy of a <template> of the page.
export const template = (id: string): Node => part<HTMLTemplateElement>(`#${id}`).content.cloneNode(true);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

// Attributes of a selection of D3, by name.
type Attribute<Datum> = Value | ((datum: Datum) => Value);
export function put<E extends BaseType, Datum, P extends BaseType, D>(
  selection: Selection<E, Datum, P, D>,
  attributes: Record<string, Attribute<Datum>>,
): Selection<E, Datum, P, D> {
  for (const [name, value] of Object.entries(attributes))
    selection.attr(name, typeof value === "function" ? (datum) => value(datum) ?? null : (value ?? null));
  return selection;
}
