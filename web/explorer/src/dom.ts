// Makes elements: h("p.muted", { id: "x" }, "text", more), and s() those of SVG; texts become text nodes, never markup.
type Value = string | number | boolean | null | undefined;
export type Child = Node | Value | Child[];
type Attributes = { [name: string]: Value | ((event: Event) => void) };
type Part = Child | Attributes;

function build<E extends ParentNode>(element: E, parts: Part[]): E {
  for (const part of parts)
    if (Array.isArray(part)) build(element, part);
    else if (part instanceof Node) element.append(part);
    else if (typeof part === "string" || typeof part === "number") element.append(String(part));
    else if (part instanceof Object && element instanceof Element) attributes(element, part);
  return element;
}

function attributes(element: Element, all: Attributes): void {
  for (const [name, value] of Object.entries(all))
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
}

// The tag has the classes, too: "span.key.convergence".
const maker =
  <E extends Element>(make: (name: string) => E) =>
  (tag: string, ...parts: Part[]): E => {
    const [name = "", ...classes] = tag.split(".");
    return build(make(name), [classes.length > 0 && { class: classes.join(" ") }, parts].flat());
  };
export const h = maker<HTMLElement>((name) => document.createElement(name));
export const s = maker((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
export const fill = (element: Element, ...children: Child[]): void =>
  void element.replaceChildren(build(new DocumentFragment(), children));

export function part<Kind extends Element = HTMLElement>(selector: string): Kind {
  const found = document.querySelector<Kind>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

export const template = (id: string): Node => part<HTMLTemplateElement>(`#${id}`).content.cloneNode(true);
