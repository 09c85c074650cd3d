// The timeline: records found by filters, as a picture or as a table.
import { groups } from "d3-array";
import { also, base, client, ok, whole } from "./api.js";
import { fill, h, part, type Child } from "./dom.js";
import { activeFields, FACETS, filterQuery, filters, FILTERS, label, natureSwitch, type Facets } from "./filters.js";
import { empty, files, key, link, pick, source, table, tableSwitch } from "./parts.js";
import { FIELDS, markOf, pictureOf, type Entry, type Mark, type Row } from "./picture.js";
import { href, state, type State } from "./state.js";
import { dateWords, day, plural, spoken, YEAR } from "./words.js";

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

function keysOf({ era, kind, trend, themes }: Entry, by: string): string[] {
  return by === "theme" && themes.length > 0 ? themes : [{ era, kind, trend }[by] ?? ""];
}

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
  const rest = h(
    "a",
    { href: href({ as: "table" }) },
    `${plural(undated, "record")} without a date, in the table only`,
  );
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
    h("div.bar", head, natureSwitch(now, facets["nature"]), rows, tableSwitch(now, "the timeline")),
    events.length === 0 ? nothing(suggestion) : now.asTable ? tableOf(events) : pictured(events, by, facets),
    source(address, "These records as ", files(address, ["xlsx", "csv", "ndjson", "bibtex", "ris"])),
  ];
}
