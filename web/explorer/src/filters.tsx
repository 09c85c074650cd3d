// Filters of events, with the counts of each value: boxes to tick, in the order of the service.
import type { Schemas } from "./api.js";
import { h, type Child } from "./dom.js";
import { chips, details, share } from "./parts.js";
import { go, href, type State } from "./state.js";
import { spoken } from "./words.js";

type Value = Schemas["Facet"]["values"][number];
export type Facets = Record<string, Schemas["Facet"]>;

export const FACETS = ["era", "nature", "kind", "actor", "side", "theme", "trend", "status"] as const;
export const FILTERS = [...FACETS, "q", "trend__isnull", "era__isnull", "reference", "actor__all"] as const;
const BOXES = ["era", "trend", "kind", "theme", "actor", "side", "status"];
// What a record has that has no value.
const NONE: Record<string, string> = { era: "Undated", trend: "Not judged" };
export const SIDES = { us: "United States", pakistan: "Pakistan", third: "Third parties" };
const SHOWN = 7;

export function label({ value, label }: Value, none = "None"): string {
  const side = Object.entries(SIDES).find(([name]) => name === value)?.[1];
  return value === null ? none : (label ?? side ?? spoken(String(value)));
}

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
    field === "nature" ? natures(now).length > 0 : (now.get(field) ?? now.get(`${field}__isnull`)),
  );

function toggled(now: State, field: string, value: Value["value"]): void {
  const isNull = `${field}__isnull`;
  const chosen = new Set(now.list(field));
  if (value === null) return go({ [field]: null, [isNull]: now.get(isNull) ? null : "true" });
  if (!chosen.delete(String(value))) chosen.add(String(value));
  go({ [isNull]: null, [field]: [...chosen].join(",") });
}

const isChosen = (now: State, field: string, { value }: Value): boolean =>
  value === null ? now.get(`${field}__isnull`) !== null : now.list(field).includes(String(value));

function box(now: State, field: string, value: Value, most: number): Child {
  const checked = isChosen(now, field, value);
  const change = (): void => toggled(now, field, value.value);
  return (
    <label class={checked && "chosen"}>
      <input type="checkbox" checked={checked} data-filter={`${field}=${value.value ?? ""}`} change={change} />
      <span class="name">{label(value, NONE[field])}</span>
      <span class="count">{value.count}</span>
      {share(`calc((100% - 1.25rem) * ${value.count / most})`)}
    </label>
  );
}

function group(now: State, field: string, facet: Schemas["Facet"] | undefined): Child {
  const given = facet?.values.filter(({ value }) => value !== null || NONE[field]) ?? [];
  const absent = now.list(field).filter((chosen) => !given.some(({ value }) => String(value) === chosen));
  const values: Value[] = [...given, ...absent.map((value) => ({ value, label: null, count: 0 }))];
  const most = Math.max(1, ...values.map(({ count }) => count));
  const isFirst = (value: Value, i: number): boolean => i < SHOWN || isChosen(now, field, value);
  const boxes = (some: Value[]): Child => some.map((value) => box(now, field, value, most));
  const rest = values.filter((value, i) => !isFirst(value, i));
  return (
    facet &&
    values.length > 0 && (
      <fieldset>
        <legend>{spoken(field)}</legend>
        {boxes(values.filter(isFirst))}
        {rest.length > 0 && details(`${rest.length} more`, boxes(rest))}
      </fieldset>
    )
  );
}

export function filters(now: State, facets: Facets): Child {
  const clearable = FILTERS.filter((name) => name !== "nature");
  const clear = <a href={href(Object.fromEntries(clearable.map((name) => [name, null])))}>Clear all filters</a>;
  return [
    clearable.some((name) => now.get(name) !== null) && <p class="clear">{clear}</p>,
    BOXES.map((field) => group(now, field, facets[field])),
  ];
}

// The natures as a row of switches above the picture.
export function natureSwitch(now: State, facet: Schemas["Facet"] | undefined): Child {
  const chosen = natures(now);
  const all = facet?.values ?? [];
  const chip = (title: string, value: string, count: number, pressed = chosen.includes(value)) => ({
    name: [title, " ", <span class="count">{count}</span>],
    pressed,
    changes: { nature: value === "occurrence" ? null : value },
  });
  const known = all.filter(({ value }) => value !== null);
  const sum = all.reduce((total, { count }) => total + count, 0);
  return chips("Nature of the records", [
    ...known.map((each) => chip(`${label(each)}s`, String(each.value), each.count)),
    chip("All", "all", sum, chosen.length === 0),
  ]);
}
