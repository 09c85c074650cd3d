// Filters of events, with the counts of each value: boxes to tick, in the order of the service.
import type { Schemas } from "./api.js";
import { h, type Child } from "./dom.js";
import { chips, details, share, type Chip } from "./parts.js";
import { go, href, type State } from "./state.js";
import { spoken } from "./words.js";

type Value = Schemas["Facet"]["values"][number];
export type Facets = Record<string, Schemas["Facet"]>;

export const FACETS = ["era", "nature", "kind", "actor", "side", "theme", "trend", "status"] as const;
export const FILTERS = [...FACETS, "q", "trend__isnull", "era__isnull", "reference", "actor__all"];
const BOXES = ["era", "trend", "kind", "theme", "actor", "side", "status"];
// What a record has that has no value.
const NONE: Record<string, string> = { era: "Undated", trend: "Not judged" };
const SHOWN = 7;

export const label = ({ value, label }: Value, none = "None"): string =>
  value === null ? none : (label ?? spoken(String(value)));

// Occurrences are what a reader looks for first; the other natures are asked for.
const natures = (now: State): string[] => (now.get("nature") === "all" ? [] : now.list("nature", ["occurrence"]));

// The filters of a view as the service takes them; without those of FIELD, where its other values are to be counted.
export function filterQuery(now: State, without?: string): string {
  const names = FILTERS.filter((name) => !["nature", without, `${without}__isnull`].includes(name));
  const query = new URLSearchParams(now.query(names));
  if (without !== "nature" && natures(now).length > 0) query.set("nature", natures(now).join(","));
  return query.toString();
}

export const activeFields = (now: State) =>
  FACETS.filter((field) =>
    field === "nature" ? natures(now).length : (now.get(field) ?? now.get(`${field}__isnull`)),
  );

const isChosen = (now: State, field: string, { value }: Value): boolean =>
  value === null ? now.get(`${field}__isnull`) !== null : now.list(field).includes(String(value));

function box(now: State, field: string, value: Value, most: number): Child {
  const checked = isChosen(now, field, value);
  const others = now.list(field).filter((other) => other !== String(value.value));
  const chosen = checked ? others : [...others, String(value.value)];
  const [values, none] = value.value === null ? [null, checked ? null : "true"] : [chosen.join(","), null];
  const change = (): void => go({ [field]: values, [`${field}__isnull`]: none });
  return h(
    "label",
    { class: checked && "chosen" },
    h("input", { type: "checkbox", checked, "data-filter": `${field}=${value.value ?? ""}`, change }),
    h("span.name", label(value, NONE[field])),
    h("span.count", value.count),
    share(`calc((100% - 1.25rem) * ${value.count / most})`),
  );
}

function group(now: State, field: string, facet: Schemas["Facet"] | undefined): Child {
  const given = facet?.values.filter(({ value }) => value !== null || NONE[field]) ?? [];
  const absent = now.list(field).filter((chosen) => !given.some(({ value }) => String(value) === chosen));
  const values: Value[] = [...given, ...absent.map((value) => ({ value, label: null, count: 0 }))];
  const most = Math.max(1, ...values.map(({ count }) => count));
  const isFirst = (value: Value, at: number): boolean => at < SHOWN || isChosen(now, field, value);
  const boxed = (value: Value): Child => box(now, field, value, most);
  const rest = values.filter((value, at) => !isFirst(value, at)).map(boxed);
  const more = rest.length > 0 && details(`${rest.length} more`, rest);
  return values.length > 0 && h("fieldset", h("legend", spoken(field)), values.filter(isFirst).map(boxed), more);
}

export function filters(now: State, facets: Facets): Child {
  const set = FILTERS.filter((name) => name !== "nature" && now.get(name) !== null);
  const cleared = href(Object.fromEntries(set.map((name) => [name, null])));
  const clear = set.length > 0 && h("p.clear", h("a", { href: cleared }, "Clear all filters"));
  return [clear, BOXES.map((field) => group(now, field, facets[field]))];
}

// The natures as a row of switches above the picture.
export function natureSwitch(now: State, facet: Schemas["Facet"] | undefined): Child {
  const all = facet?.values.filter(({ value }) => value !== null) ?? [];
  const chip = (name: string, value: string, count: number): Chip => [
    [`${name} `, h("span.count", count)],
    value === "all" ? natures(now).length === 0 : natures(now).includes(value),
    { nature: value === "occurrence" ? null : value },
  ];
  const sum = facet?.values.reduce((total, { count }) => total + count, 0) ?? 0;
  const each = all.map((one) => chip(`${label(one)}s`, String(one.value), one.count));
  return chips("Nature of the records", [...each, chip("All", "all", sum)]);
}
