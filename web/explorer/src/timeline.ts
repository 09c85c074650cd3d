// The timeline: what each date allows, packed into rows; core, fringe and open end are told apart.
import { axisTop } from "d3-axis";
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type ZoomTransform } from "d3-zoom";
import { base, client, also, ok, whole, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { activeFields, filterQuery, filters, FACETS, FILTERS, label, natureSwitch, type Facets } from "./filters.js";
import { empty, files, key, legend, list, pick, swatch, table, tableSwitch } from "./parts.js";
import { link } from "./record.js";
import { href, note, state, type State } from "./state.js";
import { dateWords, day, DAY, spoken } from "./words.js";

// Of each record only what is drawn: a whole one is asked for when it is opened.
const FIELDS = [
  "id",
  "title",
  "summary",
  "nature",
  "kind",
  "era",
  "trend",
  "status",
  "themes",
  "date_edtf",
  "date_extent",
  "date_start",
  "begin_earliest",
  "begin_latest",
  "end_earliest",
  "end_latest",
] as const;
type Event = Pick<Schemas["Event"], (typeof FIELDS)[number]>;
interface Mark {
  event: Event;
  start: number;
  end: number;
  core: [number, number] | null;
  open: boolean;
  x: number;
  width: number;
  text: number;
  label: string;
  inside: boolean;
  before: boolean;
  lane: number;
}
interface Row {
  name: string;
  marks: Mark[];
  lanes: number;
  top: number;
}

const LANE = 20;
const DENSE = 11;
const HEAD = 22;
const GAP = 10;
const AXIS = 26;
const DOT = 9;
const LETTER = 6.2;
const ENOUGH = 210;
const YEAR = 31557600000;
const LABELLED = 700;
const ROWS: Record<string, string> = { era: "Era", theme: "Theme", kind: "Kind", trend: "Trend", none: "One row" };

interface Loaded {
  events: Event[];
  facets: Facets;
  total: number;
  suggestion: string | null;
}

async function load(now: State): Promise<Loaded> {
  const query = filterQuery(now);
  let facets: Facets = {};
  let total = 0;
  let suggestion: string | null = null;
  const [events, ...own] = await Promise.all([
    whole(async (cursor) => {
      const answer = await ok(
        cursor
          ? client.GET("/v1/events", { params: { query: { limit: 500, fields: [...FIELDS], cursor } } })
          : client.GET("/v1/events", {
              params: { query: { limit: 500, fields: [...FIELDS], facet: [...FACETS] } },
              ...also(query),
            }),
      );
      facets = answer.meta.facets ?? facets;
      total = answer.meta.total;
      suggestion ??= answer.meta.suggestion;
      return answer;
    }),
    // A field that is filtered shows its other values, too.
    ...activeFields(now).map(async (field) => {
      const name = FACETS.find((each) => each === field);
      const answer = await ok(
        client.GET("/v1/events", {
          params: { query: { limit: 1, ...(name && { facet: [name] }) } },
          ...also(filterQuery(now, field)),
        }),
      );
      return answer.meta.facets ?? {};
    }),
  ]);
  return { events, facets: Object.assign({}, facets, ...own), total, suggestion };
}

function mark(event: Event, last: number): Mark | null {
  const start = day(event.begin_earliest) ?? day(event.date_start);
  const end = day(event.end_latest);
  if (start === null && end === null) return null;
  const begun = day(event.begin_latest);
  const ended = day(event.end_earliest);
  const throughout = event.date_extent === "throughout" || (begun === start && ended === end);
  const core: [number, number] | null =
    throughout && begun !== null && ended !== null && begun <= ended ? [begun, ended] : null;
  return {
    event,
    start: start ?? (end ?? last) - YEAR,
    end: Math.max(end ?? last, start ?? 0) + DAY,
    core,
    open: end === null,
    x: 0,
    width: 0,
    text: 0,
    label: "",
    inside: false,
    before: false,
    lane: 0,
  };
}

function grouped(marks: Mark[], by: string, facets: Facets): Row[] {
  const names = new Map(
    (facets[by]?.values ?? []).map((value) => [
      value.value === null ? "" : String(value.value),
      label(value, by === "trend" ? "Not judged" : "No era"),
    ]),
  );
  const keys = (event: Event): string[] =>
    by === "theme"
      ? event.themes.length > 0
        ? event.themes
        : [""]
      : [by === "era" ? (event.era ?? "") : by === "kind" ? event.kind : by === "trend" ? (event.trend ?? "") : ""];
  const rows = new Map<string, Mark[]>();
  for (const each of marks)
    for (const key of keys(each.event)) {
      const row = rows.get(key) ?? [];
      row.push({ ...each });
      rows.set(key, row);
    }
  const place = ([key, row]: [string, Mark[]]): number =>
    key === "" ? Infinity : by === "era" ? Math.min(...row.map(({ start }) => start)) : -row.length;
  return [...rows]
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .map(([key, row]) => ({
      name: by === "none" ? "" : (names.get(key) ?? (key ? spoken(key) : by === "theme" ? "No theme" : "Other")),
      marks: row,
      lanes: 0,
      top: 0,
    }));
}

const headOf = (row: Row): number => (row.name ? HEAD : 4);

// Places a title behind its mark, before it where there is more room, or on the bar; returns its length.
function lettering(mark: Mark, width: number): number {
  const title = mark.event.title;
  const most = Math.min(title.length, Math.max(40, width / 9), width > 1400 ? 96 : 64) * LETTER;
  const seen = Math.min(mark.x + mark.width, width) - Math.max(mark.x, 0);
  const behind = width - mark.x - mark.width - 6;
  const before = mark.x - 6;
  mark.inside = seen > most + 10;
  mark.before = !mark.inside && behind < most && (before >= most || (behind < ENOUGH && before > behind));
  const length = mark.inside ? most : Math.min(most, mark.before ? before : behind);
  const letters = Math.floor(length / LETTER);
  mark.label = letters < title.length ? `${title.slice(0, Math.max(letters, 0)).replace(/[\s,:;(]+\S*$/, "")}…` : title;
  mark.text = mark.inside ? Math.max(mark.x, 0) + 1 : mark.before ? mark.x - length - 5 : mark.x + mark.width + 5;
  return length;
}

// Puts each mark into the first lane where it and its title have room.
function pack(rows: Row[], x: (time: number) => number, width: number, labelled: boolean): number {
  let top = AXIS;
  for (const row of rows) {
    const ends: number[] = [];
    for (const each of row.marks) {
      const left = Math.max(x(each.start), -20);
      const right = Math.min(x(each.end), width + 20);
      each.width = Math.max(right - left, DOT);
      each.x = right - left < DOT ? (x(each.start) + x(each.end)) / 2 - DOT / 2 : left;
      const out = x(each.end) < 0 || x(each.start) > width;
      each.lane = -1;
      if (out) continue;
      const text = labelled ? lettering(each, width) : 0;
      const from = Math.min(each.x, text ? each.text : each.x) - 2;
      const to = Math.max(each.x + each.width, each.text + text) + 8;
      each.lane = ends.findIndex((end) => end <= from);
      if (each.lane < 0) each.lane = ends.push(0) - 1;
      ends[each.lane] = to;
    }
    row.lanes = ends.length;
    row.top = top;
    top += row.lanes ? headOf(row) + row.lanes * (labelled ? LANE : DENSE) + GAP : 0;
  }
  return top;
}

export const describe = (event: Event): string =>
  [
    event.title,
    dateWords(event.date_edtf, event.date_extent),
    event.trend && spoken(event.trend),
    event.status !== "reported" && spoken(event.status),
  ]
    .filter(Boolean)
    .join(". ");

interface Picture {
  element: HTMLElement;
  undated: Event[];
  zoomBy(factor: number): void;
  reset(): void;
  stop(): void;
}

function picture(events: Event[], facets: Facets, now: State, tip: HTMLElement): Picture {
  const by = ROWS[now.get("rows") ?? ""] ? (now.get("rows") ?? "era") : "era";
  const days = events
    .flatMap((event) => [day(event.begin_earliest), day(event.end_latest)])
    .filter((time) => time !== null);
  const last = Math.max(Date.UTC(new Date().getUTCFullYear(), 0), ...days) + YEAR / 2;
  const marks = events.map((event) => mark(event, last)).filter((each) => each !== null);
  const rows = grouped(marks, by, facets);
  const labelled = marks.length <= LABELLED;
  const element = h("div", { class: "picture" });
  const svg = select(element)
    .append("svg")
    .attr("class", "timeline")
    .attr("role", "group")
    .attr(
      "aria-label",
      `Timeline of ${plural(marks.length, "record")}. Arrow keys go from one to the next, plus and minus zoom.`,
    );
  const bands = svg.append("g").attr("class", "bands");
  const axis = svg.append("g").attr("class", "axis");
  const body = svg.append("g");
  const scale = scaleUtc([Math.min(...days, Date.UTC(1947, 0)) - YEAR, last], [0, 800]);
  let width = 800;
  let transform: ZoomTransform = zoomIdentity;
  let focused = now.get("record");

  function draw(): void {
    const begun = performance.now();
    const x = transform.rescaleX(scale.range([0, width]));
    const height = pack(rows, (time) => x(time), width, labelled);
    svg.attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
    axis.attr("transform", `translate(0,${AXIS - 6})`).call(
      axisTop<Date>(x)
        .ticks(Math.max(3, width / 90))
        .tickSize(-height)
        .tickSizeOuter(0),
    );
    bands
      .selectAll("rect")
      .data(rows.filter((row) => row.lanes > 0 && row.name))
      .join("rect")
      .attr("x", 0)
      .attr("width", width)
      .attr("y", (row) => row.top)
      .attr("height", (row) => headOf(row) + row.lanes * (labelled ? LANE : DENSE));
    const group = body
      .selectAll<SVGGElement, Row>("g.row")
      .data(rows.filter((row) => row.lanes > 0))
      .join("g")
      .attr("class", "row")
      .attr("transform", (row) => `translate(0,${row.top})`);
    group
      .selectAll<SVGTextElement, Row>("text.head")
      .data((row) => [row])
      .join("text")
      .attr("class", "head")
      .attr("x", 8)
      .attr("y", 16)
      .text((row) => row.name);
    const visible = group
      .selectAll<SVGAElement, Mark>("a")
      .data(
        (row) => row.marks.filter(({ lane }) => lane >= 0),
        ({ event }) => event.id,
      )
      .join((enter) => {
        const link = enter
          .append("a")
          .attr("class", ({ event }) => `mark ${event.trend ?? "none"} ${event.nature} ${event.status}`)
          .attr("data-id", ({ event }) => event.id)
          .attr("aria-label", ({ event }) => describe(event))
          .attr("href", ({ event }) => href({ record: `events/${event.id}` }));
        link.append("rect").attr("class", "hit");
        link.append("rect").attr("class", "fringe");
        link.append("rect").attr("class", "core");
        if (labelled) link.append("text").attr("aria-hidden", "true");
        return link;
      });
    const step = labelled ? LANE : DENSE;
    const thick = labelled ? 9 : 7;
    // Under a title that stands on it, a bar is a line.
    const high = (each: Mark): number => (each.inside ? 5 : -thick / 2);
    const tall = (each: Mark): number => (each.inside ? 4 : thick);
    visible
      .attr("transform", ({ lane }) => `translate(0,${(rows[0] ? headOf(rows[0]) : 0) + (lane + 0.5) * step})`)
      .attr("tabindex", ({ event }) => (focused === `events/${event.id}` ? 0 : -1))
      .classed("current", ({ event }) => state().get("record") === `events/${event.id}`);
    visible
      .select(".hit")
      .attr("x", (each) => each.x - 2)
      .attr("y", -step / 2)
      .attr("width", (each) => each.width + 4)
      .attr("height", step);
    visible
      .select(".fringe")
      .attr("x", (each) => each.x)
      .attr("y", high)
      .attr("height", tall)
      .attr("width", (each) => each.width)
      .attr("rx", thick / 2)
      .attr("class", (each) => `fringe${each.open ? " open" : ""}${each.core ? "" : " whole"}`)
      .style("fill", (each) => (each.open ? `url(#open-${each.event.trend ?? "none"})` : null));
    visible
      .select(".core")
      .attr("y", high)
      .attr("height", tall)
      .attr("rx", thick / 2)
      .attr("x", (each) => (each.width <= DOT ? each.x : Math.max(x(each.core?.[0] ?? 0), -20)))
      .attr("width", (each) =>
        !each.core
          ? each.width <= DOT
            ? DOT
            : 0
          : each.width <= DOT
            ? DOT
            : Math.max(0, Math.min(x(each.core[1] + DAY), width + 20) - Math.max(x(each.core[0]), -20)),
      );
    visible
      .select("text")
      .attr("x", (each) => (each.before ? each.x - 5 : each.text))
      .attr("text-anchor", ({ before }) => (before ? "end" : null))
      .attr("y", ({ inside }) => (inside ? 2 : 4.5))
      .text((each) => each.label);
    const first = body.node()?.querySelector("a");
    if (first && !body.node()?.querySelector('a[tabindex="0"]')) first.setAttribute("tabindex", "0");
    performance.measure("draw", { start: begun });
  }

  const gradient = svg
    .append("defs")
    .selectAll("linearGradient")
    .data(["convergence", "divergence", "neutral", "none"])
    .join("linearGradient")
    .attr("id", (name) => `open-${name}`);
  gradient
    .append("stop")
    .attr("offset", "20%")
    .attr("class", (name) => name);
  gradient
    .append("stop")
    .attr("offset", "100%")
    .attr("class", (name) => name)
    .attr("stop-opacity", 0);

  const zooming = zoom<SVGSVGElement, unknown>()
    .scaleExtent([1, 400])
    .filter((event: Event_) =>
      event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button && event.type !== "dblclick",
    )
    .on("zoom", ({ transform: next }: { transform: ZoomTransform }) => {
      transform = next;
      requestAnimationFrame(draw);
    })
    .on("end", () => {
      const [from, to] = transform.rescaleX(scale).domain();
      const whole = transform.k === 1;
      note({
        from: whole || !from ? null : from.toISOString().slice(0, 10),
        to: whole || !to ? null : to.toISOString().slice(0, 10),
      });
    });

  function size(): void {
    const next = Math.max(280, Math.round(element.clientWidth));
    if (next === width) return;
    width = next;
    zooming
      .extent([
        [0, 0],
        [width, 1],
      ])
      .translateExtent([
        [0, 0],
        [width, 1],
      ]);
    const from = day(now.get("from"));
    const to = day(now.get("to"));
    scale.range([0, width]);
    if (from !== null && to !== null && to > from) {
      const k = Math.min(400, width / (scale(to) - scale(from)));
      svg.call(zooming.transform, zoomIdentity.scale(k).translate(-scale(from), 0));
    } else draw();
  }
  svg.call(zooming).style("touch-action", "pan-y");

  function walk(key: string, from: Element): void {
    const all = [...element.querySelectorAll<SVGAElement>("a.mark")];
    const at = all.findIndex((each) => each === from);
    const to =
      { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[
        key
      ] ?? at;
    const next = all[Math.min(Math.max(to, 0), all.length - 1)];
    all[at]?.setAttribute("tabindex", "-1");
    next?.setAttribute("tabindex", "0");
    next?.focus();
    focused = `events/${next?.dataset["id"] ?? ""}`;
  }
  const zoomBy = (factor: number): void => {
    svg.call(zooming.scaleBy, factor);
  };
  const reset = (): void => {
    svg.call(zooming.transform, zoomIdentity);
  };
  svg.on("keydown", (event: KeyboardEvent) => {
    const act = { "+": () => zoomBy(1.5), "=": () => zoomBy(1.5), "-": () => zoomBy(1 / 1.5), "0": reset }[event.key];
    if (act) act();
    else if (/^(Arrow|Home|End)/.test(event.key) && event.target instanceof Element) walk(event.key, event.target);
    else return;
    event.preventDefault();
  });

  const told = (event: globalThis.Event): void => {
    const link = event.target instanceof Element ? event.target.closest("a.mark") : null;
    const found = link && events.find(({ id }) => id === link.getAttribute("data-id"));
    tip.hidden = !found;
    if (!found || !link) return;
    fill(
      tip,
      h("strong", { dir: "auto" }, found.title),
      h("span", dateWords(found.date_edtf, found.date_extent)),
      h("span", { class: "muted", dir: "auto" }, found.summary),
    );
    const box = link.querySelector(".hit")?.getBoundingClientRect() ?? link.getBoundingClientRect();
    const left = event instanceof PointerEvent ? event.clientX : box.left;
    tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 12))}px`;
    tip.style.top = `${box.bottom + tip.offsetHeight + 12 > innerHeight ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
  };
  for (const name of ["pointerover", "focusin"]) element.addEventListener(name, told);
  for (const name of ["pointerleave", "focusout", "click"])
    element.addEventListener(name, () => {
      tip.hidden = true;
    });
  const watch = new ResizeObserver(size);
  watch.observe(element);
  return {
    element,
    undated: events.filter((event) => !marks.some((each) => each.event === event)),
    zoomBy,
    reset,
    stop: () => watch.disconnect(),
  };
}
type Event_ = WheelEvent & MouseEvent;

const tableOf = (events: Event[]): Child =>
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

const shapes = (): Child =>
  legend("Colours and shapes", [
    key("convergence", "Convergence"),
    key("divergence", "Divergence"),
    key("none", "Not judged"),
    swatch("within", "Some time within"),
    swatch("core", "All of the time"),
    swatch("open", "Open end"),
  ]);

function nothing(suggestion: string | null): Child {
  const all = href(Object.fromEntries(FILTERS.map((name) => [name, name === "nature" ? "all" : null])));
  return empty(
    "Nothing has all of these",
    suggestion && ["Did you mean ", h("a", { href: href({ q: suggestion }), dir: "auto" }, suggestion), "? "],
    "No record fits every filter that is set. ",
    h("a", { href: all }, "Show all records"),
    ".",
  );
}

const undated = (events: Event[]): Child =>
  events.length > 0 &&
  h(
    "section",
    { class: "undated" },
    h("h2", `${plural(events.length, "record")} without a date`),
    list(
      events.map(({ id, title }) => link("events", id, title)),
      "bullets",
    ),
  );

const zoomButtons = ({ zoomBy, reset }: Picture): Child =>
  h(
    "div",
    { class: "buttons", role: "group", "aria-label": "Zoom" },
    h("button", { type: "button", "aria-label": "Zoom in", click: () => zoomBy(2) }, "+"),
    h("button", { type: "button", "aria-label": "Zoom out", click: () => zoomBy(0.5) }, "−"),
    h("button", { type: "button", click: reset }, "All years"),
  );

let stop: (() => void) | null = null;

export async function timeline(now: State, side: Element, main: Element, tip: HTMLElement): Promise<void> {
  const { events, facets, total, suggestion } = await load(now);
  if (state().query(FILTERS) !== now.query(FILTERS) || state().view !== "timeline") return;
  // Releases before the natures have records of none.
  const known = facets["nature"]?.values.filter(({ value }) => value !== null) ?? [];
  if (now.get("nature") === null && known.length === 0 && total === 0 && (facets["nature"]?.values.length ?? 0) > 0)
    return location.replace(href({ nature: "all" }));
  stop?.();
  const drawn = picture(events, facets, now, tip);
  stop = drawn.stop;
  const asTable = now.get("as") === "table";
  const [q, work] = [now.get("q"), now.get("reference")];
  const address = `${base}/v1/events?${filterQuery(now)}`;
  fill(side, filters(now, facets));
  fill(
    main,
    h(
      "div",
      { class: "bar" },
      h("h1", plural(total, "record"), q && [" for ", h("q", q)], work && [" from ", link("references", work)]),
      natureSwitch(now, facets["nature"]),
      pick("Rows", "rows", Object.entries(ROWS), now.get("rows") ?? "era"),
      !asTable && zoomButtons(drawn),
      tableSwitch(asTable, "the timeline"),
    ),
    events.length === 0
      ? nothing(suggestion)
      : asTable
        ? tableOf(events)
        : [shapes(), drawn.element, undated(drawn.undated)],
    h(
      "p",
      { class: "files" },
      "These records as ",
      files(address, ["xlsx", "csv", "ndjson", "bibtex", "ris"]),
      ". ",
      h("a", { href: address }, "Open in the API"),
      ".",
    ),
  );
}
