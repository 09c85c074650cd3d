// Filters of events, with the counts of each value: boxes to tick, in the order of the service.
import type { Schemas } from "./api.js";
import { h, type Child } from "./dom.js";
import { chips, type Chip } from "./parts.js";
import { go, href, type State } from "./state.js";
import { spoken } from "./words.js";

export type Facets = Record<string, Schemas["Facet"]>;

export const FACETS = ["era", "nature", "kind", "actor", "side", "theme", "trend", "status"] as const;
export const FILTERS = [...FACETS, "q", "trend__isnull", "era__isnull", "reference", "actor__all"] as const;
const TITLES: Record<string, [title: string, none: string]> = {
  era: ["Era", "Undated"],
  trend: ["Trend", "Not judged"],
  kind: ["Kind", ""],
  theme: ["Theme", ""],
  actor: ["Actor", ""],
  side: ["Side", ""],
  status: ["Status", ""],
};
const SIDES: Record<string, string> = { us: "United States", pakistan: "Pakistan", third: "Third parties" };
const SHOWN = 7;

export const label = (value: Schemas["Facet"]["values"][number], none = "None"): string =>
  value.value === null ? none : (value.label ?? SIDES[value.value] ?? spoken(String(value.value)));

// Occurrences are what a reader looks for first; the other natures are asked for.
export function natures(now: State): string[] {
  const given = now.get("nature");
  return given === null ? ["occurrence"] : given === "all" ? [] : now.list("nature");
}

// The filters of a view as the service takes them; without those of FIELD, where its other values are to be counted.
export function filterQuery(now: State, without?: string): string {
  const query = new URLSearchParams(
    now.query(FILTERS.filter((name) => name !== "nature" && name !== without && name !== `${without}__isnull`)),
  );
  if (without !== "nature" && natures(now).length > 0) query.set("nature", natures(now).join(","));
  return query.toString();
}

export const activeFields = (now: State): string[] =>
  FACETS.filter((field) =>
    field === "nature" ? natures(now).length > 0 : (now.get(field) ?? now.get(`${field}__isnull`)),
  );

function toggled(now: State, field: string, value: string | number | null): void {
  const chosen = now.list(field);
  const text = String(value);
  const isNull = `${field}__isnull`;
  if (value === null) return go({ [field]: null, [isNull]: now.get(isNull) ? null : "true" });
  go({
    [isNull]: null,
    [field]: (chosen.includes(text) ? chosen.filter((each) => each !== text) : [...chosen, text]).join(","),
  });
}

function box(now: State, field: string, value: Schemas["Facet"]["values"][number], most: number): HTMLElement {
  const checked =
    value.value === null ? now.get(`${field}__isnull`) !== null : now.list(field).includes(String(value.value));
  const input = h("input", {
    type: "checkbox",
    checked,
    "data-filter": `${field}=${value.value ?? ""}`,
    change: () => toggled(now, field, value.value),
  });
  const share = h("span", { class: "share" });
  share.style.inlineSize = `calc((100% - 1.25rem) * ${value.count / most})`;
  return h(
    "label",
    { class: checked ? "chosen" : null },
    input,
    h("span", { class: "name", dir: "auto" }, label(value, TITLES[field]?.[1])),
    h("span", { class: "count" }, value.count),
    share,
  );
}

function group(now: State, field: string, facet: Schemas["Facet"]): Child {
  const canBeNull = field === "trend" || field === "era";
  const absent = now
    .list(field)
    .filter((chosen) => !facet.values.some(({ value }) => String(value) === chosen))
    .map((value) => ({ value, label: null, count: 0 }));
  const values = [...facet.values.filter(({ value }) => value !== null || canBeNull), ...absent];
  if (values.length === 0) return null;
  const most = Math.max(1, ...values.map(({ count }) => count));
  const boxes = values.map((value) => box(now, field, value, most));
  const first = boxes.filter((each, i) => i < SHOWN || each.classList.contains("chosen"));
  const rest = boxes.filter((each) => !first.includes(each));
  return h(
    "fieldset",
    h("legend", TITLES[field]?.[0]),
    first,
    rest.length > 0 && h("details", h("summary", `${rest.length} more`), rest),
  );
}

export function filters(now: State, facets: Facets): Child {
  const chosen = FILTERS.filter((name) => name !== "nature" && now.get(name) !== null);
  return [
    chosen.length > 0 &&
      h(
        "p",
        { class: "clear" },
        h(
          "a",
          { href: href(Object.fromEntries(FILTERS.filter((name) => name !== "nature").map((name) => [name, null]))) },
          "Clear all filters",
        ),
      ),
    Object.keys(TITLES).map((field) => facets[field] && group(now, field, facets[field])),
  ];
}

// The natures as a row of switches above the picture.
export function natureSwitch(now: State, facet: Schemas["Facet"] | undefined): Child {
  const chosen = natures(now);
  const all = facet?.values ?? [];
  const chip = (title: string, value: string, count: number, pressed: boolean): Chip => ({
    name: [title, " ", h("span", { class: "count" }, count)],
    pressed,
    changes: { nature: value === "occurrence" ? null : value },
  });
  return chips("Nature of the records", [
    ...all
      .filter(({ value }) => value !== null)
      .map((each) => chip(`${label(each)}s`, String(each.value), each.count, chosen.includes(String(each.value)))),
    chip(
      "All",
      "all",
      all.reduce((sum, { count }) => sum + count, 0),
      chosen.length === 0,
    ),
  ]);
}
