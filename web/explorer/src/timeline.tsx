// The timeline: records found by filters, as a picture or as a table.
import { groups } from "d3-array";
import { also, base, client, ok, whole } from "./api.js";
import { fill, h, part, plural, template, type Child } from "./dom.js";
import { activeFields, FACETS, filterQuery, filters, FILTERS, label, natureSwitch, type Facets } from "./filters.js";
import { empty, files, key, link, list, pick, source, table, tableSwitch } from "./parts.js";
import { FIELDS, markOf, Picture, type Entry, type Mark, type Row } from "./picture.js";
import { href, state, type State } from "./state.js";
import { dateWords, day, spoken, YEAR } from "./words.js";

const ROWS = { era: "Era", theme: "Theme", kind: "Kind", trend: "Trend", none: "One row" };
// What a row is called whose records have no value.
const REST: Record<string, string> = { trend: "Not judged", era: "No era", theme: "No theme", none: "" };

async function loaded(now: State) {
  const query = filterQuery(now);
  const counted = (facet: (typeof FACETS)[number][], query: string) =>
    ok(client.GET("/v1/events", { params: { query: { limit: 1, facet } }, ...also(query) }));
  const [events, { meta }, ...more] = await Promise.all([
    whole((cursor) =>
      client.GET("/v1/events", { params: { query: { limit: 500, fields: [...FIELDS], ...cursor } }, ...also(query) }),
    ),
    counted([...FACETS], query),
    // A field that is filtered shows its other values, too.
    ...activeFields(now).map((field) => counted([field], filterQuery(now, field))),
  ]);
  const facets: Facets = { ...meta.facets };
  for (const each of more) Object.assign(facets, each.meta.facets);
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
  const place = ({ key, marks }: { key: string; marks: Mark[] }): number => {
    if (key === "") return Infinity;
    return by === "era" ? Math.min(...marks.map(({ start }) => start)) : -marks.length;
  };
  return groups(pairs, ({ key }) => key)
    .map(([key, all]) => ({ key, marks: all.map(({ mark }) => mark) }))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .map(({ key, marks }) => ({ name: names.get(key) ?? (key ? spoken(key) : (REST[by] ?? "Other")), marks }));
}

const tableOf = (events: Entry[]): Child =>
  table(
    "Table of records",
    [
      { name: "Date", class: "date", cell: (event) => dateWords(event.date_edtf, event.date_extent) },
      { name: "Title", heads: true, cell: ({ id, title }) => link("events", id, title) },
      { name: "Kind", cell: ({ kind }) => spoken(kind) },
      { name: "Trend", cell: ({ trend }) => trend && key(trend, spoken(trend)) },
      { name: "Status", cell: ({ status }) => spoken(status) },
    ],
    events,
  );

// The years of a picture: those of its records, and of the service's time, with some room beside them.
function yearsOf(events: Entry[]): [number, number] {
  const days = events
    .flatMap((event) => [day(event.begin_earliest), day(event.end_latest)])
    .filter((each) => each !== null);
  const thisYear = Date.UTC(new Date().getUTCFullYear(), 0);
  return [Math.min(...days, Date.UTC(1947, 0)) - YEAR, Math.max(...days, thisYear) + YEAR / 2];
}

function picture(events: Entry[], by: string, facets: Facets): Child {
  const years = yearsOf(events);
  const marks = events.map((event) => markOf(event, years[1])).filter((each) => each !== null);
  const dated = new Set(marks.map(({ event }) => event));
  const drawn = new Picture(rowsOf(marks, by, facets), marks.length, years);
  const bar = <div class="bar">{template("legend-timeline")}</div>;
  for (const button of bar.querySelectorAll<HTMLElement>("[data-zoom]"))
    button.addEventListener("click", () => drawn.zoomBy(Number(button.dataset["zoom"])));
  return [bar, drawn.element, undated(events.filter((event) => !dated.has(event)))];
}

function nothing(suggestion: string | null): Child {
  const all = href(Object.fromEntries(FILTERS.map((name) => [name, name === "nature" ? "all" : null])));
  const meant = (spelling: string): Child => <a href={href({ q: spelling })}>{spelling}</a>;
  return empty(
    "Nothing has all of these",
    suggestion && ["Did you mean ", meant(suggestion), "? "],
    "No record fits every filter that is set. ",
    <a href={all}>Show all records</a>,
    ".",
  );
}

const undated = (events: Entry[]): Child =>
  events.length > 0 && (
    <section class="undated">
      <h2>{plural(events.length, "record")} without a date</h2>
      {list(
        events.map(({ id, title }) => link("events", id, title)),
        "bullets",
      )}
    </section>
  );

// Releases before the natures have records of none.
function hasNatures({ facets, total }: Awaited<ReturnType<typeof loaded>>): boolean {
  const natures = facets["nature"]?.values ?? [];
  return total > 0 || natures.length === 0 || natures.some(({ value }) => value !== null);
}

export async function timeline(now: State): Promise<Child> {
  const found = await loaded(now);
  if (state().query(FILTERS) !== now.query(FILTERS)) return null;
  if (now.get("nature") === null && !hasNatures(found)) location.replace(href({ nature: "all" }));
  const { events, facets, total, suggestion } = found;
  const by = now.one("rows", ROWS, "era");
  const asTable = now.get("as") === "table";
  const [q, work] = [now.get("q"), now.get("reference")];
  const address = `${base}/v1/events?${filterQuery(now)}`;
  fill(part(".filters"), filters(now, facets));
  return [
    <div class="bar">
      <h1>
        {plural(total, "record")}
        {q && [" for ", <q>{q}</q>]}
        {work && [" from ", link("references", work)]}
      </h1>
      {natureSwitch(now, facets["nature"])}
      {pick("Rows", "rows", Object.entries(ROWS), by)}
      {tableSwitch(asTable, "the timeline")}
    </div>,
    asTable && events.length > 0 && tableOf(events),
    !asTable && events.length > 0 && picture(events, by, facets),
    events.length === 0 && nothing(suggestion),
    source(address, "These records as ", files(address, ["xlsx", "csv", "ndjson", "bibtex", "ris"])),
  ];
}
