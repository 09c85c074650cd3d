// The picture of the timeline: what each date allows, packed into lanes; core, fringe and open end are told apart.
import { axisTop } from "d3-axis";
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity, zoomTransform } from "d3-zoom";
import type { Schemas } from "./api.js";
import { fill, h, part, s, template, type Child } from "./dom.js";
import { responsive } from "./parts.js";
import { href, state } from "./state.js";
import { dateWords, day, DAY, plural, YEAR } from "./words.js";

// Of each record only what is drawn and listed: a whole one is asked for when it is opened.
const SAID = ["id", "title", "summary", "nature", "kind", "era", "trend", "status", "themes"] as const;
const DATED = ["date_edtf", "date_extent", "date_start"] as const;
export const FIELDS = [...SAID, ...DATED, "begin_earliest", "begin_latest", "end_earliest", "end_latest"] as const;
export type Entry = Pick<Schemas["Event"], (typeof FIELDS)[number]>;
export type Mark = NonNullable<ReturnType<typeof markOf>>;
export type Row = { name: string; marks: Mark[] };
type Look = typeof ROOMY & { address: string };
type Placed = ReturnType<typeof placedOf>;
type Stretch = [left: number, width: number];

// Pixels, but NEAREST is how much one can zoom.
const [AXIS, DOT, BEYOND, LETTER, NEAREST] = [26, 9, 20, 6.2, 400];
const START: [number, number] = [0, 0];
// How a lane is drawn: with titles, or where there are too many for them.
const MANY = 700;
const ROOMY = { lane: 20, thick: 9 };
const DENSE = { lane: 11, thick: 7 };

export function markOf(event: Entry, last: number) {
  const start = day(event.begin_earliest) ?? day(event.date_start);
  const end = day(event.end_latest);
  if (start === null && end === null) return null;
  const [begun, ended] = [day(event.begin_latest), day(event.end_earliest)];
  const throughout = event.date_extent === "throughout" || (begun === start && ended === end);
  const isSure = throughout && begun !== null && ended !== null && begun <= ended;
  const core = isSure ? ([begun, ended + DAY] as const) : null;
  const [from, to] = [start ?? (end ?? last) - YEAR, Math.max(end ?? last, start ?? 0) + DAY];
  return { event, start: from, end: to, core, open: end === null };
}

// A title stands on its bar where that is long, else behind it, or before it where there is more room.
function labelOf(title: string, [left, wide]: Stretch, width: number) {
  const most = Math.min(title.length, Math.max(40, width / 9), width > 1400 ? 96 : 64) * LETTER;
  const right = left + wide;
  const [ahead, behind] = [left - 6, width - right - 6];
  const on = Math.min(right, width) - Math.max(left, 0) > most + 10;
  const before = !on && behind < most && (ahead >= most || (behind < 210 && ahead > behind));
  const room = Math.min(most, on ? most : before ? ahead : behind);
  const letters = Math.max(0, Math.floor(room / LETTER));
  const text = letters < title.length ? `${title.slice(0, letters).replace(/[\s,:;(]+\S*$/, "")}…` : title;
  const x = on ? Math.max(left, 0) + 1 : before ? left - 5 : right + 5;
  return { text, on, before, x, from: before ? x - room : x, to: before ? x : x + room };
}

// Where a mark and its title are: what is seen of a long time, at least a dot of a short one.
function placedOf(mark: Mark, x: (time: number) => number, width: number, titled: boolean) {
  const stretch = (start: number, end: number): Stretch => {
    const left = Math.max(x(start), -BEYOND);
    return [left, Math.max(0, Math.min(x(end), width + BEYOND) - left)];
  };
  const { event, start, end, core } = mark;
  const isNarrow = x(end) - x(start) <= DOT;
  const bar: Stretch = isNarrow ? [(x(start) + x(end) - DOT) / 2, DOT] : stretch(start, end);
  const label = titled ? labelOf(event.title, bar, width) : null;
  const [from, to] = [Math.min(bar[0], label?.from ?? bar[0]) - 2, Math.max(bar[0] + bar[1], label?.to ?? 0) + 8];
  return { mark, bar, solid: isNarrow ? bar : core && stretch(...core), label, from, to };
}

function lanesOf(all: Placed[]): number[] {
  const ends: number[] = [];
  return all.map(({ from, to }) => {
    const free = ends.findIndex((end) => end <= from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = to;
    return lane;
  });
}

function drawn({ mark, bar, solid, label }: Placed, y: number, { lane, thick, address }: Look): SVGElement {
  const { id, title, date_edtf, date_extent, trend, nature, status } = mark.event;
  const said = [title, dateWords(date_edtf, date_extent), trend, status !== "reported" && status].filter(Boolean);
  const at = { "data-id": id, href: address.replace("-id-", id), "aria-label": said.join(". "), tabindex: -1 };
  // Under a title that stands on it, a bar is a line.
  const [top, height] = label?.on ? [5, 4] : [-thick / 2, thick];
  const rect = (kind: string, [x, width]: Stretch, y = top, tall = height, style: string | false = false): Child =>
    s("rect", { class: kind, x, width, y, height: tall, style });
  const place = { "aria-hidden": "true", x: label?.x, y: label?.on ? 2 : 4.5, "text-anchor": label?.before && "end" };
  const kind = `fringe${mark.open ? " open" : ""}${mark.core ? "" : " whole"}`;
  const hit = rect("hit", [bar[0] - 2, bar[1] + 4], -lane / 2, lane);
  const fringe = rect(kind, bar, top, height, mark.open && `fill: url(#open-${trend ?? "none"})`);
  const parts = [hit, fringe, solid && rect("core", solid), label && s("text", place, label.text)];
  return s(`a.mark.${trend ?? "none"}.${nature}.${status}`, at, { transform: `translate(0,${y})` }, parts);
}

// Tells of the mark that is pointed at or has the focus, below it or, where there is no room, above it.
function tell(event: Event, { title, summary, date_edtf, date_extent }: Entry, link: Element): void {
  const tip = part(".tip");
  fill(tip, h("strong", title), h("span", dateWords(date_edtf, date_extent)), h("span.muted", summary));
  const { left, top, bottom } = (link.querySelector(".hit") ?? link).getBoundingClientRect();
  const x = Math.max(8, event instanceof PointerEvent ? event.clientX : left);
  const isLow = bottom + tip.offsetHeight + 12 > innerHeight;
  tip.style.left = `min(${x}px, 100vw - ${tip.offsetWidth + 12}px)`;
  tip.style.top = `${isLow ? top - tip.offsetHeight - 6 : bottom + 6}px`;
}

// All that is in sight, row by row, on the years.
function scene(rows: Row[], x: (time: number) => number, width: number, titled: boolean) {
  // The address is made once for all marks: to take that of the page apart takes time.
  const look = { ...(titled ? ROOMY : DENSE), address: href({ record: "events/-id-" }) };
  let top = AXIS;
  const drawnRows = rows.map(({ name, marks }) => {
    const seen = marks.filter(({ start, end }) => x(end) >= 0 && x(start) <= width);
    if (seen.length === 0) return null;
    const placed = seen.map((mark) => placedOf(mark, x, width, titled));
    const lanes = lanesOf(placed);
    const [from, first] = [top, top + (name ? 22 : 4)];
    const height = first - from + (Math.max(...lanes) + 1) * look.lane;
    top += height + 10;
    const band = name && [s("rect.band", { width, height, y: from }), s("text.head", { x: 8, y: from + 16 }, name)];
    const marked = placed.map((each, i) => drawn(each, first + ((lanes[i] ?? 0) + 0.5) * look.lane, look));
    return s("g", band, marked);
  });
  return { height: top, content: [s("g.axis", { transform: `translate(0,${AXIS - 6})` }), drawnRows] };
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -1e9, End: 1e9 };
const ZOOMS: Record<string, number> = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 0 };

// The picture, below its legend and what zooms it: by a factor, or by 0 back to all years.
export function pictureOf(rows: Row[], count: number, years: [number, number]): Child {
  const scale = scaleUtc(years, [0, 1]);
  const events = new Map(rows.flatMap(({ marks }) => marks.map(({ event }) => [event.id, event])));
  const label = `Timeline of ${plural(count, "record")}. Arrow keys go from one to the next, plus and minus zoom.`;
  const element = s("svg.timeline", { role: "group", "aria-label": label, style: "touch-action: pan-y" });
  const svg = select(element);
  const zooming = zoom<SVGElement, unknown>().scaleExtent([1, NEAREST]);
  let width = 0;
  let current = state().get("record")?.split("/")[1];

  // By the tab key one mark is reached, by arrow keys the others.
  function reach(step: number, focus = true): void {
    const links = [...element.querySelectorAll<SVGElement>("a")];
    const focused = links.findIndex((link) => link === document.activeElement);
    const at = focused < 0 ? links.findIndex(({ dataset }) => dataset["id"] === current) : focused;
    const link = links[Math.max(0, Math.min(Math.max(at, 0) + step, links.length - 1))];
    element.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    link?.setAttribute("tabindex", "0");
    if (focus) link?.focus();
  }
  function draw(): void {
    const begun = performance.now();
    const x = zoomTransform(element).rescaleX(scale);
    const { height, content } = scene(rows, x, width, count <= MANY);
    const isFocused = element.contains(document.activeElement);
    fill(element, content);
    svg.attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
    const axis = axisTop<Date>(x).tickSize(-height);
    svg.select<SVGGElement>(".axis").call(axis.ticks(Math.max(3, width / 90)));
    reach(0, isFocused);
    performance.measure("draw", { start: begun });
  }
  // Takes the room that there is, and the years of the address.
  function sized(room: number): Element {
    width = room;
    zooming.extent([START, [width, 1]]).translateExtent([START, [width, 1]]);
    scale.range([0, width]);
    const [from, to] = [day(state().get("from")) ?? NaN, day(state().get("to")) ?? NaN];
    const nearness = Math.min(NEAREST, width / (scale(to) - scale(from)));
    if (to > from) svg.call(zooming.transform, zoomIdentity.scale(nearness).translate(-scale(from), 0));
    else draw();
    return element;
  }
  // Keeps the address true without a step to go back to, and without drawing anew.
  function noted(): void {
    const now = zoomTransform(element);
    const date = (at: number): string | null =>
      now.k === 1 ? null : now.rescaleX(scale).invert(at).toISOString().slice(0, 10);
    history.replaceState(null, "", href({ from: date(0), to: date(width) }));
  }
  function keyed(event: KeyboardEvent): void {
    const [step, factor] = [STEPS[event.key], ZOOMS[event.key]];
    if (factor !== undefined) svg.call(zooming.scaleBy, factor);
    if (step !== undefined) reach(step);
    if (step !== undefined || factor !== undefined) event.preventDefault();
  }
  function pointed(event: Event): void {
    const link = event.target instanceof Element ? event.target.closest<SVGElement>("a") : null;
    const told = events.get(link?.dataset["id"] ?? "");
    part(".tip").hidden = !told;
    if (link && told) tell(event, told, link);
    if (event.type === "focusin") current = told?.id;
  }

  const hide = () => part(".tip").toggleAttribute("hidden", true);
  const bar = h("div.bar", template("legend-timeline"));
  for (const each of bar.querySelectorAll<HTMLElement>("[data-zoom]"))
    each.addEventListener("click", () => svg.call(zooming.scaleBy, Number(each.dataset["zoom"])));
  const isMeant = ({ type, ctrlKey, metaKey, button }: WheelEvent): boolean =>
    type === "wheel" ? ctrlKey || metaKey : !button && type !== "dblclick";
  zooming
    .filter(isMeant)
    .on("zoom", () => requestAnimationFrame(draw))
    .on("end", noted);
  svg.call(zooming).on("keydown", keyed).on("pointerover focusin", pointed).on("pointerleave focusout click", hide);
  return [bar, responsive(sized)];
}
