// What is shown stands in the fragment of the address: #/VIEW?name=value, so that every view can be linked, kept and gone back to.
export const VIEWS = ["timeline", "aid", "network", "sources", "about"] as const;
export type View = (typeof VIEWS)[number];
export type Changes = Record<string, string | null>;

export interface State {
  view: View;
  get(name: string): string | null;
  // The value, where it is a key of `known`; else what stands for it.
  one(name: string, known: object, otherwise: string): string;
  list(name: string, otherwise?: string[]): string[];
  // The parameters of these names, as the service takes them.
  query(names: readonly string[]): string;
}

const isView = (text: string | undefined): text is View => VIEWS.some((view) => view === text);

function parse(hash: string): { view: View; params: URLSearchParams } {
  const [path, query] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { view: isView(path) ? path : "timeline", params: new URLSearchParams(query ?? "") };
}

export function state(): State {
  const { view, params } = parse(location.hash);
  const get = (name: string): string | null => params.get(name);
  return {
    view,
    get,
    one: (name, known, otherwise) => (Object.hasOwn(known, get(name) ?? "") ? (get(name) ?? "") : otherwise),
    list: (name, otherwise = []) => get(name)?.split(",").filter(Boolean) ?? otherwise,
    query: (names) => new URLSearchParams([...params].filter(([name]) => names.includes(name)).sort()).toString(),
  };
}

// The address of this view with changes; of another view, with what holds for all views.
export function href(changes: Changes, view?: View): string {
  const now = parse(location.hash);
  const kept = view && view !== now.view ? [...now.params].filter(([name]) => name === "as_of") : now.params;
  const params = new URLSearchParams([...kept]);
  for (const [name, value] of Object.entries(changes))
    if (value === null || value === "") params.delete(name);
    else params.set(name, value);
  const text = params.toString().replace(/%2C/g, ",").replace(/%2F/g, "/");
  return `#/${view ?? now.view}${text ? `?${text}` : ""}`;
}

export function go(changes: Changes, view?: View): void {
  location.hash = href(changes, view);
}

// Keeps the address true without a step to go back to, and without drawing anew.
export function note(changes: Changes): void {
  history.replaceState(null, "", href(changes));
}
