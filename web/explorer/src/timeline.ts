// The timeline: records found by filters, with the counts of each value, as a picture or as a table.
import { groups } from "d3-array";
import { also, base, client, ok, whole, type Schemas } from "./api.js";
import { fill, h, part, type Child } from "./dom.js";
import { chips, details, empty, files, key, link, pick, share, source, table, tableLink, type Chip } from "./parts.js";
import { FIELDS, markOf, pictureOf, type Entry, type Mark, type Row } from "./picture.js";
import { go, href, state, type State } from "./state.js";
import { dateWords, day, plural, spoken, YEAR } from "./words.js";

type Value = Schemas["Facet"]["values"][number];
type Facets = Record<string, Schemas["Facet"]>;
const FACETS = ["nature", "era", "trend", "kind", "theme", "actor", "side", "status"] as const;
const FILTERS = [...FACETS, "q", "trend__isnull", "era__isnull", "reference", "actor__all"];
// What a record has that has no value.
const NONE: Record<string, string> = { era: "Undated", trend: "Not judged" };
const SHOWN = 7;
const label = ({ value, label }: Value, none = "None"): string =>
  value === null ? none : (label ?? spoken(String(value)));

// Occurrences are what a reader looks for first; the other natures are asked for.
const natures = (now: State): string[] => (now.get("nature") === "all" ? [] : now.list("nature", ["occurrence"]));

// The filters of a view as the service takes them; without those of FIELD, where its other values are to be counted.
function filterQuery(now: State, without?: string): string {
  const names = FILTERS.filter((name) => !["nature", without, `${without}__isnull`].includes(name));
  const query = new URLSearchParams(now.query(names));
  if (without !== "nature" && natures(now).length > 0) query.set("nature", natures(now).join(","));
  return query.toString();
}

const isActive = (now: State, field: string): boolean =>
  field === "nature" ? natures(now).length > 0 : now.get(field) !== null || now.get(`${field}__isnull`) !== null;
const activeFields = (now: State) => FACETS.filter((field) => isActive(now, field));
const isChosen = (now: State, field: string, { value }: Value): boolean =>
  value === null ? now.get(`${field}__isnull`) !== null : now.list(field).includes(String(value));

function box(now: State, field: string, value: Value, most: number): Child {
  const checked = isChosen(now, field, value);
  const others = now.list(field).filter((other) => other !== String(value.value));
  const chosen = checked ? others : [...others, String(value.value)];
  const [values, none] = value.value === null ? [null, checked ? null : "true"] : [chosen.join(","), null];
  const change = (): void => go({ [field]: values, [`${field}__isnull`]: none });
  const tick = h("input", { type: "checkbox", checked, "data-filter": `${field}=${value.value ?? ""}`, change });
  const told = [h("span.name", label(value, NONE[field])), h("span.count", value.count)];
  return h(
    "label",
    { class: checked && "chosen" },
    tick,
    told,
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

function filters(now: State, facets: Facets): Child {
  const set = FILTERS.filter((name) => name !== "nature" && now.get(name) !== null);
  const cleared = href(Object.fromEntries(set.map((name) => [name, null])));
  const clear = set.length > 0 && h("p.clear", h("a", { href: cleared }, "Clear all filters"));
  return [clear, FACETS.map((field) => field !== "nature" && group(now, field, facets[field]))];
}

function natureSwitch(now: State, facet: Schemas["Facet"] | undefined): Child {
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

const ROWS = { era: "Era", theme: "Theme", kind: "Kind", trend: "Trend", none: "One row" };
// What a row is called whose records have no value.
const REST: Record<string, string> = { trend: "Not judged", era: "No era", theme: "No theme", none: "" };

async function loaded(now: State) {
  const query = filterQuery(now);
  const counted = (facet: (typeof FACETS)[number][], query: string) =>
    ok(client.GET("/v1/events", { params: { query: { limit: 1, facet } }, ...also(query) }));
  const page = (cursor: object) =>
    client.GET("/v1/events", { params: { query: { limit: 500, fields: [...FIELDS], ...cursor } }, ...also(query) });
  const [events, { meta }, ...more] = await Promise.all([
    whole(page),
    counted([...FACETS], query),
    // A field that is filtered shows its other values, too.
    ...activeFields(now).map((field) => counted([field], filterQuery(now, field))),
  ]);
  const facets: Facets = Object.assign({}, meta.facets, ...more.map((each) => each.meta.facets));
  return { events, facets, total: meta.total, suggestion: meta.suggestion };
}

const keysOf = ({ era, kind, trend, themes }: Entry, by: string): string[] =>
  by === "theme" && themes.length > 0 ? themes : [{ era, kind, trend }[by] ?? ""];

// Rows by time for eras, else the fullest first; what has no value comes last.
function rowsOf(marks: Mark[], by: string, facets: Facets): Row[] {
  const names = new Map(facets[by]?.values.map((value) => [String(value.value ?? ""), label(value, REST[by])]));
  const pairs = marks.flatMap((mark) => keysOf(mark.event, by).map((key) => ({ key, mark })));
  const rows = groups(pairs, ({ key }) => key).map(([key, all]) => ({
    name: names.get(key) ?? (key ? spoken(key) : (REST[by] ?? "Other")),
    marks: all.map(({ mark }) => mark),
    place: key === "" ? Infinity : by === "era" ? Math.min(...all.map(({ mark }) => mark.start)) : -all.length,
  }));
  return rows.sort((a, b) => (a.place < b.place ? -1 : 1));
}

const tableOf = (events: Entry[]): Child =>
  table("Table of records", events, [
    ["Title", ({ id, title }) => link(`events/${id}`, title)],
    ["Date", (event) => dateWords(event.date_edtf, event.date_extent), "date"],
    ["Kind", ({ kind }) => spoken(kind)],
    ["Trend", ({ trend }) => trend && key(trend, spoken(trend))],
    ["Status", ({ status }) => spoken(status)],
  ]);

function pictured(events: Entry[], by: string, facets: Facets): Child {
  // The years of the records, and of our time, with some room beside them.
  const days = events.flatMap((event) => [day(event.begin_earliest) ?? [], day(event.end_latest) ?? []].flat());
  const years: [number, number] = [Math.min(...days, Date.UTC(1947)) - YEAR, Math.max(...days, Date.now()) + YEAR / 2];
  const marks = events.flatMap((event) => markOf(event, years[1]) ?? []);
  const undated = events.length - marks.length;
  const words = `${plural(undated, "record")} without a date, in the table only`;
  const rest = h("a", { href: href({ as: "table" }) }, words);
  return [pictureOf(rowsOf(marks, by, facets), marks.length, years), undated > 0 && h("p.muted", rest)];
}

function nothing(suggestion: string | null): Child {
  const all = href(Object.fromEntries(FILTERS.map((name) => [name, name === "nature" ? "all" : null])));
  const meant = suggestion && ["Did you mean ", h("a", { href: href({ q: suggestion }) }, suggestion), "? "];
  const rest = ["No record fits every filter that is set. ", h("a", { href: all }, "Show all records"), "."];
  return empty("Nothing has all of these", meant, rest);
}

export async function timeline(now: State): Promise<Child> {
  const { events, facets, total, suggestion } = await loaded(now);
  if (state().query(FILTERS) !== now.query(FILTERS)) return null;
  // Releases before the natures have records of none.
  if (total === 0 && now.get("nature") === null) location.replace(href({ nature: "all" }));
  const by = Object.keys(ROWS).find((name) => name === now.get("rows")) ?? "era";
  const [q, work] = [now.get("q"), now.get("reference")];
  const address = `${base}/v1/events?${filterQuery(now)}`;
  fill(part(".filters"), filters(now, facets));
  const about = [q && [" for ", h("q", q)], work && [" from ", link(`references/${work}`, spoken(work))]];
  const rows = pick("Rows", "rows", Object.entries(ROWS), by);
  const head = h("h1", plural(total, "record"), about);
  return [
    h("div.bar", head, natureSwitch(now, facets["nature"]), rows, tableLink(now, "the timeline")),
    events.length === 0 ? nothing(suggestion) : now.asTable ? tableOf(events) : pictured(events, by, facets),
    source(address, "These records as ", files(address, ["xlsx", "csv", "ndjson", "bibtex", "ris"])),
  ];
}
