// Actors and the events that they share: near means often together; the sides are told apart by place and by colour.
import { extent } from "d3-array";
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";
import { select } from "d3-selection";
import { also, base, client, ok, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { empty, key, legend, pick, responsive, swatch, table, tableSwitch, type Column } from "./parts.js";
import { link } from "./record.js";
import { href, type State } from "./state.js";

type Side = Schemas["Side"];
type Tie = Schemas["Network"]["data"]["links"][number];
interface Node extends SimulationNodeDatum {
  id: string;
  name: string;
  events: number;
  side: Side;
  radius: number;
}
interface Link extends SimulationLinkDatum<Node> {
  tie: Tie;
  ends: [string, string];
  names: string;
  trend: Trend;
}

const SIDES: Record<Side, [name: string, place: number]> = {
  us: ["United States", 0.24],
  pakistan: ["Pakistan", 0.76],
  third: ["Third parties", 0.5],
};
// What the events of a tie come to, as the paper judges them.
type Trend = keyof Tie["trends"];
const TRENDS: [trend: Trend, name: string, more: string][] = [
  ["convergence", "Convergence", "More convergence"],
  ["divergence", "Divergence", "More divergence"],
  ["neutral", "Neutral", "As much of each"],
  ["none", "Not judged", "Not judged"],
];
const TICKS = 320;
const LETTER = 6.2;

function trendOf({ trends }: Tie): Trend {
  const { convergence = 0, divergence = 0, neutral = 0 } = trends;
  if (convergence + divergence + neutral === 0) return "none";
  return convergence > divergence ? "convergence" : convergence < divergence ? "divergence" : "neutral";
}

const judged = ({ trends }: Tie): string =>
  TRENDS.filter(([trend]) => trends[trend])
    .map(([trend, name]) => `${trends[trend]} ${name.toLowerCase()}`)
    .join(", ");

// The shared events on the timeline, by the address that the service gives for them.
const shared = ({ events }: Tie): string =>
  href({ nature: "all", ...Object.fromEntries(new URL(events, base).searchParams) }, "timeline");

function layout(nodes: Node[], links: Link[], width: number, height: number): void {
  forceSimulation(nodes)
    .randomSource(() => 0.5)
    .stop()
    .force(
      "link",
      forceLink<Node, Link>(links)
        .id(({ id }) => id)
        .distance(({ tie }) => 90 / Math.sqrt(tie.weight) + 30)
        .strength(({ tie }) => Math.min(0.4, 0.05 * tie.weight)),
    )
    .force("charge", forceManyBody<Node>().strength(-width / 4))
    .force("x", forceX<Node>(({ side }) => SIDES[side][1] * width).strength(0.2))
    .force("y", forceY<Node>(height / 2).strength(0.1))
    .force(
      "collide",
      forceCollide<Node>(({ radius }) => radius + 7),
    )
    .tick(TICKS);
  // Takes all the room that there is.
  const fit = (axis: "x" | "y", room: number, start: number, end: number): void => {
    const [least = 0, most = 0] = extent(nodes, (node) => node[axis]);
    for (const node of nodes)
      node[axis] = start + (((node[axis] ?? 0) - least) / (most - least || 1)) * (room - start - end);
  };
  fit("x", width, Math.min(70, width / 9), Math.min(70, width / 9));
  fit("y", height, 24, 34);
}

const ALWAYS = 2;
const anchor = (x: number, width: number): "start" | "middle" | "end" =>
  x < 60 ? "start" : x > width - 60 ? "end" : "middle";

// The names that have room, those of the busiest first; the two busiest have theirs in any case.
function named(nodes: Node[], width: number): Set<string> {
  const taken: { middle: number; line: number; half: number }[] = [];
  const all = new Set<string>();
  for (const { id, name, x = 0, y = 0, radius } of [...nodes].sort((a, b) => b.events - a.events)) {
    const half = (name.length * (width > 1700 ? 7 : LETTER)) / 2 + 3;
    const middle = x + { start: half, middle: 0, end: -half }[anchor(x, width)];
    const line = y + radius + 8;
    const clear = (left: number, top: number, wide: number, high: number): boolean =>
      Math.abs(left - middle) > half + wide || Math.abs(top - line) > high;
    const free =
      taken.every((other) => clear(other.middle, other.line, other.half, 13)) &&
      nodes.every((node) => node.id === id || clear(node.x ?? 0, node.y ?? 0, node.radius, 5 + node.radius));
    if (!free && all.size >= ALWAYS) continue;
    taken.push({ middle, line, half });
    all.add(id);
  }
  return all;
}

function picture(given: Node[], ties: Link[], width: number): Element {
  const height = Math.max(420, Math.min(660, width * 0.62), Math.min(innerHeight - 260, width * 0.5));
  const nodes = given.map((node) => ({ ...node }));
  const links = ties.map((tie) => ({ ...tie }));
  layout(nodes, links, width, height);
  const element = h("div");
  const svg = select(element)
    .append("svg")
    .attr("class", "network")
    .attr("width", width)
    .attr("height", height)
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("role", "group")
    .attr("aria-label", `${plural(nodes.length, "actor")}, tied by ${plural(links.length, "pair")} of shared events`);
  const place = (end: string | number | Node, axis: "x" | "y"): number =>
    (typeof end === "object" ? end[axis] : undefined) ?? 0;
  // By keyboard the ties are reached in the table.
  const lines = svg
    .append("g")
    .selectAll("a")
    .data(links)
    .join("a")
    .attr("class", ({ trend }) => `tie ${trend}`)
    .attr("href", ({ tie }) => shared(tie))
    .attr("tabindex", -1)
    .attr("aria-label", ({ tie, names }) => `${names}: ${plural(tie.weight, "shared event")}`);
  lines.append("title").text(({ tie, names }) => `${names}: ${plural(tie.weight, "shared event")}, ${judged(tie)}`);
  for (const kind of ["hit", "line"])
    lines
      .append("line")
      .attr("class", kind)
      .attr("stroke-width", ({ tie }) => (kind === "hit" ? 10 : Math.min(8, 0.6 + Math.sqrt(tie.weight))))
      .attr("x1", ({ source }) => place(source, "x"))
      .attr("y1", ({ source }) => place(source, "y"))
      .attr("x2", ({ target }) => place(target, "x"))
      .attr("y2", ({ target }) => place(target, "y"));
  const dots = svg
    .append("g")
    .selectAll("a")
    .data(nodes)
    .join("a")
    .attr("class", ({ side }) => `node ${side}`)
    .attr("href", ({ id }) => href({ record: `actors/${id}` }))
    .attr("transform", ({ x, y }) => `translate(${x ?? 0},${y ?? 0})`)
    .attr("aria-label", ({ name, events, side }) => `${name}, ${plural(events, "event")}, ${SIDES[side][0]}`);
  dots.append("circle").attr("r", ({ radius }) => radius);
  const shown = named(nodes, width);
  dots
    .append("text")
    .attr("y", ({ radius }) => radius + 12)
    .attr("text-anchor", ({ x = 0 }) => anchor(x, width))
    .classed("rare", ({ id }) => !shown.has(id))
    .text(({ name }) => name);
  const near = (id: string | null): void => {
    lines
      .classed("near", ({ ends }) => id !== null && ends.includes(id))
      .classed("far", ({ ends }) => id !== null && !ends.includes(id));
    const around = new Set(links.filter(({ ends }) => id !== null && ends.includes(id)).flatMap(({ ends }) => ends));
    dots
      .classed("far", (node) => id !== null && node.id !== id && !around.has(node.id))
      .classed("near", (node) => node.id === id);
  };
  dots.on("pointerenter focus", (_event, { id }) => near(id)).on("pointerleave blur", () => near(null));
  return element;
}

function tableOf(links: Link[], names: Map<string, string>): Child {
  const count = ([trend, name]: [Trend, string, string]): Column<Link> => ({
    name,
    class: "number",
    cell: ({ tie }) => tie.trends[trend] ?? 0,
  });
  return table(
    "Table of ties",
    [
      { name: "Actor", heads: true, cell: ({ ends: [id] }) => link("actors", id, names.get(id)) },
      { name: "Actor", cell: ({ ends: [, id] }) => link("actors", id, names.get(id)) },
      { name: "Shared events", class: "number", cell: ({ tie }) => h("a", { href: shared(tie) }, tie.weight) },
      ...TRENDS.filter(([trend]) => links.some(({ tie }) => tie.trends[trend])).map(count),
      { name: "In the API", cell: ({ tie }) => h("a", { href: new URL(tie.events, `${base}/`).href }, "Events") },
    ],
    [...links].sort((a, b) => b.tie.weight - a.tie.weight),
  );
}

export async function network(now: State, main: Element): Promise<void> {
  const era = now.query(["era"]);
  const least = Number(now.get("least") ?? 2);
  const asTable = now.get("as") === "table";
  const [answer, actors, eras] = await Promise.all([
    ok(client.GET("/v1/network", { params: { query: {} }, ...also(era) })),
    ok(client.GET("/v1/actors", { params: { query: { limit: 500 } } })),
    ok(client.GET("/v1/eras", { params: { query: { limit: 100 } } })),
  ]);
  const all = answer.data;
  const sides = new Map(actors.data.map(({ id, side }) => [id, side]));
  const names = new Map(all.nodes.map(({ id, name }) => [id, name]));
  const links = all.links
    .filter(({ weight }) => weight >= least)
    .map((tie): Link => {
      const { source, target } = tie;
      const both = `${names.get(source) ?? source} and ${names.get(target) ?? target}`;
      return { tie, source, target, ends: [source, target], names: both, trend: trendOf(tie) };
    });
  const tied = new Set(links.flatMap(({ ends }) => ends));
  const nodes = all.nodes
    .filter(({ id }) => tied.has(id))
    .map((node): Node => ({ ...node, side: sides.get(node.id) ?? "third", radius: 4 + Math.sqrt(node.events) * 1.7 }));
  const drawn = (): Child => [
    legend(
      "Sides",
      Object.entries(SIDES).map(([side, [name]]) => key(side, name)),
    ),
    legend(
      "Shared events",
      TRENDS.filter(([trend]) => links.some((each) => each.trend === trend)).map(([trend, , more]) =>
        swatch(`line ${trend}`, more),
      ),
    ),
    responsive((width) => picture(nodes, links, width)),
  ];
  fill(
    main,
    h(
      "div",
      { class: "bar" },
      h("h1", "Who acts together"),
      pick(
        "Era",
        "era",
        [["", "All"], ...eras.data.map(({ id, title }) => [id, title] as const)],
        now.get("era") ?? "",
      ),
      pick(
        "Shared events",
        "least",
        ["1", "2", "3", "5", "8"].map((count) => [count, `${count} or more`] as const),
        String(least),
      ),
      tableSwitch(asTable, "the network"),
    ),
    h("p", { class: "intro" }, INTRO),
    links.length === 0
      ? empty("No two actors share so many events", h("a", { href: href({ least: "1" }) }, "Show every tie"))
      : asTable
        ? tableOf(links, names)
        : drawn(),
    h(
      "p",
      { class: "files" },
      `${plural(nodes.length, "actor")} and ${plural(links.length, "tie")} of ${all.nodes.length} and ${all.links.length}. `,
      h("a", { href: `${base}/v1/network${era && `?${era}`}` }, "Open in the API"),
      ".",
    ),
  );
}

const INTRO =
  "Two actors are tied where records name both: the more records, the thicker. The colour is what the paper sees more of in " +
  "these records. The size of a dot tells how many records name the actor. A tie leads to its records on the timeline.";
