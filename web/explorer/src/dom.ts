// Makes elements: texts of the service become text nodes, never markup.
export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

type Tags = HTMLElementTagNameMap;
const isAttributes = (part: Attributes | Child): part is Attributes =>
  part !== null && typeof part === "object" && !Array.isArray(part) && !(part instanceof Node);

export function h<K extends keyof Tags>(tag: K, attributes: Attributes, ...children: Child[]): Tags[K];
export function h<K extends keyof Tags>(tag: K, ...children: Child[]): Tags[K];
export function h<K extends keyof Tags>(tag: K, first?: Attributes | Child, ...children: Child[]): Tags[K] {
  const element = document.createElement(tag);
  if (!isAttributes(first)) append(element, [first]);
  else
    for (const [name, value] of Object.entries(first)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
    }
  append(element, children);
  return element;
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

// `kind` is the text in marks <mark> of the service; everything else of it is text.
export function marked(text: string): Child[] {
  return text
    .split(/(<mark>.*?<\/mark>)/g)
    .map((part) => (part.startsWith("<mark>") ? h("mark", {}, part.slice(6, -7)) : part));
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
