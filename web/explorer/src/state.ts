// What is shown stands in the fragment of the address: #/VIEW?name=value, so that every view can be linked, kept and gone back to.
export const VIEWS = ["timeline", "aid", "network", "sources", "about"] as const;
export type View = (typeof VIEWS)[number];
export type Changes = Record<string, string | null>;
export type State = ReturnType<typeof state>;

export function state() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const params = new URLSearchParams(query ?? "");
  const get = (name: string): string | null => params.get(name);
  return {
    view: VIEWS.find((view) => view === path) ?? "timeline",
    get,
    asTable: get("as") === "table",
    list: (name: string, otherwise: string[] = []): string[] => get(name)?.split(",").filter(Boolean) ?? otherwise,
    // The parameters of these names, or all, as the service takes them.
    query: (names?: readonly string[]): string =>
      new URLSearchParams([...params].filter(([name]) => names?.includes(name) ?? true).sort()).toString(),
  };
}

// The address of this view with changes; of another view, with what holds for all views.
export function href(changes: Changes, view?: View): string {
  const now = state();
  const params = new URLSearchParams(now.query(view && view !== now.view ? ["as_of"] : undefined));
  for (const [name, value] of Object.entries(changes))
    if (value) params.set(name, value);
    else params.delete(name);
  const text = params.toString().replace(/%2C/g, ",").replace(/%2F/g, "/");
  return `#/${view ?? now.view}${text ? `?${text}` : ""}`;
}

export const go = (changes: Changes, view?: View): void => location.assign(href(changes, view));
