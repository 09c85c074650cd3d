// The picture of the timeline: what each date allows, packed into lanes; core, fringe and open end are told apart.
import { axisTop } from "d3-axis";
import { scaleUtc } from "d3-scale";
import { select, type EnterElement, type Selection } from "d3-selection";
import { zoom, zoomIdentity, type ZoomTransform } from "d3-zoom";
import type { Schemas } from "./api.js";
import { fill, h, part, plural, put } from "./dom.js";
import { href, note, state } from "./state.js";
import { dateWords, day, DAY, spoken, YEAR } from "./words.js";

// Of each record only what is drawn and listed: a whole one is asked for when it is opened.
const SAID = ["id", "title", "summary", "nature", "kind", "era", "trend", "status", "themes"] as const;
const DATED = ["date_edtf", "date_extent", "date_start"] as const;
const BOUNDS = ["begin_earliest", "begin_latest", "end_earliest", "end_latest"] as const;
export const FIELDS = [...SAID, ...DATED, ...BOUNDS];
export type Entry = Pick<Schemas["Event"], (typeof FIELDS)[number]>;

export interface Mark {
  event: Entry;
  start: number;
  end: number;
  core: [start: number, end: number] | null;
  open: boolean;
}
export interface Row {
  name: string;
  marks: Mark[];
}
interface Stretch {
  x: number;
  width: number;
}
interface Label extends Stretch {
  text: string;
  place: "on" | "before" | "behind";
}
type Placed = NonNullable<ReturnType<typeof placedOf>>;
type Band = ReturnType<typeof bandOf>;
type Scale = (time: number) => number;
type Dimension = number | ((each: Placed) => number);
type Dimensions = Record<"x" | "y" | "width" | "height", Dimension>;

const HEAD = 22;
const GAP = 10;
const AXIS = 26;
const DOT = 9;
const BEYOND = 20;
const LETTER = 6.2;
const ENOUGH = 210;
const MANY = 700;
const NEAREST = 400;
// How a lane is drawn: with titles, or where there are too many for them.
const ROOMY = { lane: 20, bar: 9 };
const DENSE = { lane: 11, bar: 7 };

export function markOf(event: Entry, last: number): Mark | null {
  const start = day(event.begin_earliest) ?? day(event.date_start);
  const end = day(event.end_latest);
  if (start === null && end === null) return null;
  const [begun, ended] = [day(event.begin_latest), day(event.end_earliest)];
  const throughout = event.date_extent === "throughout" || (begun === start && ended === end);
  return {
    event,
    start: start ?? (end ?? last) - YEAR,
    end: Math.max(end ?? last, start ?? 0) + DAY,
    core: throughout && begun !== null && ended !== null && begun <= ended ? [begun, ended + DAY] : null,
    open: end === null,
  };
}

// What is seen of a time; all of a long one is no part of the picture.
function stretch(start: number, end: number, x: Scale, width: number): Stretch {
  const left = Math.max(x(start), -BEYOND);
  return { x: left, width: Math.max(0, Math.min(x(end), width + BEYOND) - left) };
}

// Places a title on its bar, behind it, or before it where there is more room.
function labelOf(title: string, bar: Stretch, width: number): Label {
  const most = Math.min(title.length, Math.max(40, width / 9), width > 1400 ? 96 : 64) * LETTER;
  const seen = Math.min(bar.x + bar.width, width) - Math.max(bar.x, 0);
  const [before, behind] = [bar.x - 6, width - bar.x - bar.width - 6];
  const cut = (room: number): Pick<Label, "text" | "width"> => {
    const letters = Math.max(0, Math.floor(Math.min(most, room) / LETTER));
    const text = letters < title.length ? `${title.slice(0, letters).replace(/[\s,:;(]+\S*$/, "")}…` : title;
    return { text, width: Math.min(most, room) };
  };
  if (seen > most + 10) return { place: "on", x: Math.max(bar.x, 0) + 1, ...cut(most) };
  if (behind < most && (before >= most || (behind < ENOUGH && before > behind))) {
    const label = cut(before);
    return { place: "before", x: bar.x - 5 - label.width, ...label };
  }
  return { place: "behind", x: bar.x + bar.width + 5, ...cut(behind) };
}

function placedOf(mark: Mark, row: Row, x: Scale, width: number, titled: boolean) {
  const { event, start, end, core } = mark;
  if (x(end) < 0 || x(start) > width) return null;
  const whole = stretch(start, end, x, width);
  const isNarrow = whole.width <= DOT;
  const bar = isNarrow ? { x: (x(start) + x(end) - DOT) / 2, width: DOT } : whole;
  const solid = core ? stretch(...core, x, width) : { x: bar.x, width: 0 };
  const label = titled ? labelOf(event.title, bar, width) : null;
  return { mark, key: `${row.name} ${event.id}`, bar, core: isNarrow ? bar : solid, label, y: 0 };
}

// Puts each mark of a row into the first lane where it and its title have room.
function bandOf(row: Row, top: number, x: Scale, width: number, titled: boolean) {
  const { lane } = titled ? ROOMY : DENSE;
  const head = row.name ? HEAD : 4;
  const ends: number[] = [];
  const placed = row.marks.map((mark) => placedOf(mark, row, x, width, titled)).filter((each) => each !== null);
  for (const each of placed) {
    const left = Math.min(each.bar.x, each.label?.x ?? each.bar.x) - 2;
    const free = ends.findIndex((end) => end <= left);
    const at = free < 0 ? ends.length : free;
    ends[at] = Math.max(each.bar.x + each.bar.width, each.label ? each.label.x + each.label.width : 0) + 8;
    each.y = top + head + (at + 0.5) * lane;
  }
  return { name: row.name, y: top, height: head + ends.length * lane, placed };
}

function bandsOf(rows: Row[], x: Scale, width: number, titled: boolean): Band[] {
  let top = AXIS;
  return rows.flatMap((row) => {
    const band = bandOf(row, top, x, width, titled);
    if (band.placed.length === 0) return [];
    top += band.height + GAP;
    return band;
  });
}

const describe = ({ title, date_edtf, date_extent, trend, status }: Entry): string =>
  [title, dateWords(date_edtf, date_extent), trend && spoken(trend), status !== "reported" && spoken(status)]
    .filter(Boolean)
    .join(". ");

export class Picture {
  readonly element = h("div", { class: "picture" });
  private readonly svg = select(this.element).append("svg");
  private readonly axis = this.svg.append("g").attr("class", "axis");
  private readonly bands = this.svg.insert("g", "g").attr("class", "bands");
  private readonly heads = this.svg.append("g");
  private readonly marks = this.svg.append("g");
  private readonly titled: boolean;
  private readonly scale;
  private width = 0;
  private transform: ZoomTransform = zoomIdentity;
  private focused = state().get("record")?.split("/")[1];
  private readonly zooming = zoom<SVGSVGElement, unknown>()
    .scaleExtent([1, NEAREST])
    .filter(({ type, ctrlKey, metaKey, button }: WheelEvent) =>
      type === "wheel" ? ctrlKey || metaKey : !button && type !== "dblclick",
    )
    .on("zoom", ({ transform }: { transform: ZoomTransform }) => {
      this.transform = transform;
      requestAnimationFrame(() => this.draw());
    })
    .on("end", () => this.noted());

  constructor(
    private readonly rows: Row[],
    count: number,
    years: [number, number],
  ) {
    this.titled = count <= MANY;
    this.scale = scaleUtc(years, [0, 1]);
    put(this.svg, {
      class: "timeline",
      role: "group",
      "aria-label": `Timeline of ${plural(count, "record")}. Arrow keys go from one to the next, plus and minus zoom.`,
    });
    this.svg.call(this.zooming).style("touch-action", "pan-y");
    this.svg.on("keydown", (event: KeyboardEvent) => this.keyed(event));
    for (const name of ["pointerover", "focusin"]) this.element.addEventListener(name, (event) => this.tell(event));
    for (const name of ["pointerleave", "focusout", "click"])
      this.element.addEventListener(name, () => part(".tip").toggleAttribute("hidden", true));
    new ResizeObserver(() => this.size()).observe(this.element);
  }

  // By nothing: back to all years.
  zoomBy(factor: number): void {
    this.svg.call(this.zooming.scaleBy, factor);
  }

  // Takes the room that there is, and the years of the address.
  private size(): void {
    const next = Math.round(this.element.clientWidth);
    if (next === this.width || next === 0) return;
    this.width = next;
    const { scale, zooming, width } = this;
    const room: [[number, number], [number, number]] = [
      [0, 0],
      [width, 1],
    ];
    zooming.extent(room).translateExtent(room);
    scale.range([0, width]);
    const [from, to] = [day(state().get("from")), day(state().get("to"))];
    if (from === null || to === null || to <= from) return this.draw();
    const nearness = Math.min(NEAREST, width / (scale(to) - scale(from)));
    this.svg.call(zooming.transform, zoomIdentity.scale(nearness).translate(-scale(from), 0));
  }

  private noted(): void {
    const years = this.transform.k === 1 ? [] : this.transform.rescaleX(this.scale).domain();
    const [from = null, to = null] = years.map((time) => time.toISOString().slice(0, 10));
    note({ from, to });
  }

  private draw(): void {
    const begun = performance.now();
    const { width } = this;
    const x = this.transform.rescaleX(this.scale);
    const bands = bandsOf(this.rows, (time) => x(time), width, this.titled);
    const last = bands.at(-1);
    const height = last ? last.y + last.height + GAP : AXIS;
    put(this.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    const years = axisTop<Date>(x).ticks(Math.max(3, width / 90));
    this.axis.attr("transform", `translate(0,${AXIS - 6})`).call(years.tickSize(-height).tickSizeOuter(0));
    this.drawBands(bands.filter(({ name }) => name));
    this.drawMarks(bands.flatMap(({ placed }) => placed));
    performance.measure("draw", { start: begun });
  }

  private drawBands(bands: Band[]): void {
    const { width } = this;
    put(this.bands.selectAll("rect").data(bands).join("rect"), {
      width,
      y: ({ y }) => y,
      height: ({ height }) => height,
    });
    const heads = this.heads.selectAll("text").data(bands).join("text");
    put(heads, { class: "head", x: 8, y: ({ y }) => y + 16 }).text(({ name }) => name);
  }

  // The rows keep their order, so that nothing is put in order again, which costs much where marks are many.
  private drawMarks(all: Placed[]): void {
    const { lane, bar: thick } = this.titled ? ROOMY : DENSE;
    const links = this.marks.selectAll<SVGAElement, Placed>("a").data(all, ({ key }) => key);
    links.exit().remove();
    const drawn = this.entered(links.enter()).merge(links);
    put(drawn, { transform: ({ y }) => `translate(0,${y})`, tabindex: -1 });
    const hit: Dimensions = {
      x: ({ bar }) => bar.x - 2,
      y: -lane / 2,
      width: ({ bar }) => bar.width + 4,
      height: lane,
    };
    put(drawn.select(".hit"), hit);
    // Under a title that stands on it, a bar is a line.
    const isLine = ({ label }: Placed): boolean => label?.place === "on";
    const [y, height]: Dimension[] = [(each) => (isLine(each) ? 5 : -thick / 2), (each) => (isLine(each) ? 4 : thick)];
    put(drawn.select(".fringe"), { x: ({ bar }) => bar.x, width: ({ bar }) => bar.width, y, height });
    put(drawn.select(".core"), { x: ({ core }) => core.x, width: ({ core }) => core.width, y, height });
    put(drawn.select("text"), {
      x: ({ label, bar }) => (label?.place === "before" ? bar.x - 5 : label?.x),
      y: ({ label }) => (label?.place === "on" ? 2 : 4.5),
      "text-anchor": ({ label }) => label?.place === "before" && "end",
    }).text(({ label }) => label?.text ?? "");
    this.reachable(this.links().find((link) => link.dataset["id"] === this.focused));
  }

  private entered(entering: Selection<EnterElement, Placed, SVGGElement, unknown>) {
    const current = state().get("record");
    const link = put(entering.append<SVGAElement>("a"), {
      class: ({ mark: { event } }) => `mark ${event.trend ?? "none"} ${event.nature} ${event.status}`,
      "data-id": ({ mark: { event } }) => event.id,
      "aria-label": ({ mark: { event } }) => describe(event),
      href: ({ mark: { event } }) => href({ record: `events/${event.id}` }),
    });
    link.classed("current", ({ mark: { event } }) => `events/${event.id}` === current);
    link.append("rect").attr("class", "hit");
    put(link.append("rect"), {
      class: ({ mark }) => `fringe${mark.open ? " open" : ""}${mark.core ? "" : " whole"}`,
      style: ({ mark }) => mark.open && `fill: url(#open-${mark.event.trend ?? "none"})`,
    });
    link.append("rect").attr("class", "core");
    if (this.titled) link.append("text").attr("aria-hidden", "true");
    return link;
  }

  private links(): SVGAElement[] {
    return this.marks.selectAll<SVGAElement, Placed>("a").nodes();
  }

  // By the tab key one mark is reached, by arrow keys the others.
  private reachable(link: SVGAElement | undefined): void {
    const next = link ?? this.links()[0];
    this.element.querySelector('a[tabindex="0"]')?.setAttribute("tabindex", "-1");
    next?.setAttribute("tabindex", "0");
    this.focused = next?.dataset["id"];
  }

  private walk(key: string): void {
    const all = this.links();
    const at = all.findIndex((link) => link === document.activeElement);
    const ways = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: Infinity };
    const [, to = at] = Object.entries(ways).find(([way]) => way === key) ?? [];
    const next = all[Math.min(Math.max(to, 0), all.length - 1)];
    this.reachable(next);
    next?.focus();
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key === "+" || event.key === "=") this.zoomBy(1.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5);
    else if (event.key === "0") this.zoomBy(0);
    else if (/^(Arrow|Home|End)/.test(event.key)) this.walk(event.key);
    else return;
    event.preventDefault();
  }

  // Tells of the mark that is pointed at or has the focus, beside it.
  private tell(event: Event): void {
    const tip = part(".tip");
    const link = event.target instanceof Element ? event.target.closest<SVGAElement>("a.mark") : null;
    tip.hidden = !link;
    if (!link) return;
    const { title, summary, date_edtf, date_extent } = select<SVGAElement, Placed>(link).datum().mark.event;
    fill(
      tip,
      h("strong", null, title),
      h("span", null, dateWords(date_edtf, date_extent)),
      h("span", { class: "muted" }, summary),
    );
    const box = (link.querySelector(".hit") ?? link).getBoundingClientRect();
    const left = event instanceof PointerEvent ? event.clientX : box.left;
    const isLow = box.bottom + tip.offsetHeight + 12 > innerHeight;
    tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 12))}px`;
    tip.style.top = `${isLow ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
  }
}
