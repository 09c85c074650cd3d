// The timeline: records found by filters, as a picture or as a table.
import { groups } from "d3-array";
import { also, base, client, ok, whole } from "./api.js";
import { fill, h, part, template, type Child } from "./dom.js";
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

function keysOf(event: Entry, by: string): string[] {
  if (by === "theme") return event.themes.length > 0 ? event.themes : [""];
  return [{ era: event.era, kind: event.kind, trend: event.trend }[by] ?? ""];
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

// The years of a picture: those of its records, and of the service's time, with some room beside them.
function yearsOf(events: Entry[]): [number, number] {
  const days = events.flatMap((event) => [day(event.begin_earliest) ?? [], day(event.end_latest) ?? []].flat());
  return [Math.min(...days, Date.UTC(1947, 0)) - YEAR, Math.max(...days, Date.now()) + YEAR / 2];
}

function pictured(events: Entry[], by: string, facets: Facets): Child {
  const years = yearsOf(events);
  const marks = events.flatMap((event) => markOf(event, years[1]) ?? []);
  const undated = events.length - marks.length;
  const { picture, zoomBy } = pictureOf(rowsOf(marks, by, facets), marks.length, years);
  const bar = h("div.bar", template("legend-timeline"));
  for (const button of bar.querySelectorAll<HTMLElement>("[data-zoom]"))
    button.addEventListener("click", () => zoomBy(Number(button.dataset["zoom"])));
  const words = `${plural(undated, "record")} without a date, in the table only`;
  const rest = h("a", { href: href({ as: "table" }) }, words);
  return [bar, picture, undated > 0 && h("p.muted", rest)];
}

function nothing(suggestion: string | null): Child {
  const all = href(Object.fromEntries(FILTERS.map((name) => [name, name === "nature" ? "all" : null])));
  return empty(
    "Nothing has all of these",
    suggestion && ["Did you mean ", h("a", { href: href({ q: suggestion }) }, suggestion), "? "],
    ["No record fits every filter that is set. ", h("a", { href: all }, "Show all records"), "."],
  );
}

export async function timeline(now: State): Promise<Child> {
  const found = await loaded(now);
  if (state().query(FILTERS) !== now.query(FILTERS)) return null;
  const { events, facets, total, suggestion } = found;
  // Releases before the natures have records of none.
  if (total === 0 && now.get("nature") === null) location.replace(href({ nature: "all" }));
  const by = now.one("rows", ROWS, "era");
  const asTable = now.get("as") === "table";
  const [q, work] = [now.get("q"), now.get("reference")];
  const address = `${base}/v1/events?${filterQuery(now)}`;
  fill(part(".filters"), filters(now, facets));
  const about = [q && [" for ", h("q", q)], work && [" from ", link(`references/${work}`, spoken(work))]];
  return [
    h(
      "div.bar",
      h("h1", plural(total, "record"), about),
      natureSwitch(now, facets["nature"]),
      pick("Rows", "rows", Object.entries(ROWS), by),
      tableSwitch(asTable, "the timeline"),
    ),
    events.length === 0 ? nothing(suggestion) : asTable ? tableOf(events) : pictured(events, by, facets),
    source(address, "These records as ", files(address, ["xlsx", "csv", "ndjson", "bibtex", "ris"])),
  ];
}
