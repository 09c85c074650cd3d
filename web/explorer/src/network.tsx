// Actors and the events that they share: near means often together; the sides are told apart by place and by colour.
import { extent } from "d3-array";
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { select, type Selection } from "d3-selection";
import { absolute, also, base, client, ok, type Schemas } from "./api.js";
import { h, plural, put, template, type Child } from "./dom.js";
import { SIDES } from "./filters.js";
import {
  empty,
  key,
  legend,
  link,
  pick,
  responsive,
  source,
  swatch,
  table,
  tableSwitch,
  type Column,
} from "./parts.js";
import { href, type State } from "./state.js";

type Side = Schemas["Side"];
type Tie = Schemas["Network"]["data"]["links"][number];
interface Node {
  id: string;
  name: string;
  events: number;
  side: Side;
  radius: number;
  x: number;
  y: number;
}
interface Link {
  tie: Tie;
  source: Node;
  target: Node;
  names: string;
  trend: Trend;
}

const PLACES: Record<Side, number> = { us: 0.24, pakistan: 0.76, third: 0.5 };
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
  if (convergence === divergence) return "neutral";
  return convergence > divergence ? "convergence" : "divergence";
}

const judged = ({ trends }: Tie): string =>
  TRENDS.flatMap(([trend, name]) => (trends[trend] ? `${trends[trend]} ${name.toLowerCase()}` : [])).join(", ");

// The shared events on the timeline, by the address that the service gives for them.
const shared = ({ events }: Tie): string =>
  href({ nature: "all", ...Object.fromEntries(new URL(events, base).searchParams) }, "timeline");

function layout(nodes: Node[], links: Link[], width: number, height: number): void {
  for (const node of nodes) Object.assign(node, { x: NaN, y: NaN, vx: 0, vy: 0 });
  const ties = forceLink<Node, Link>(links)
    .distance(({ tie }) => 90 / Math.sqrt(tie.weight) + 30)
    .strength(({ tie }) => Math.min(0.4, 0.05 * tie.weight));
  forceSimulation(nodes)
    .randomSource(() => 0.5)
    .stop()
    .force("link", ties)
    .force("charge", forceManyBody<Node>().strength(-width / 4))
    .force("x", forceX<Node>(({ side }) => PLACES[side] * width).strength(0.2))
    .force("y", forceY<Node>(height / 2).strength(0.1))
    .force(
      "collide",
      forceCollide<Node>().radius(({ radius }) => radius + 7),
    )
    .tick(TICKS);
  // Takes all the room that there is.
  const fit = (axis: "x" | "y", start: number, end: number): void => {
    const [least = 0, most = 0] = extent(nodes, (node) => node[axis]);
    for (const node of nodes) node[axis] = start + ((node[axis] - least) / (most - least || 1)) * (end - start);
  };
  const margin = Math.min(70, width / 9);
  fit("x", margin, width - margin);
  fit("y", 24, height - 34);
}

const ALWAYS = 2;
const anchor = (x: number, width: number): "start" | "middle" | "end" =>
  x < 60 ? "start" : x > width - 60 ? "end" : "middle";

// The names that have room, those of the busiest first; the two busiest have theirs in any case.
function named(nodes: Node[], width: number): Set<Node> {
  const taken: { middle: number; line: number; half: number }[] = [];
  const all = new Set<Node>();
  for (const node of [...nodes].sort((a, b) => b.events - a.events)) {
    const half = (node.name.length * (width > 1700 ? 7 : LETTER)) / 2 + 3;
    const middle = node.x + { start: half, middle: 0, end: -half }[anchor(node.x, width)];
    const line = node.y + node.radius + 8;
    const clear = (x: number, y: number, wide: number, high: number): boolean =>
      Math.abs(x - middle) > half + wide || Math.abs(y - line) > high;
    const free =
      taken.every((other) => clear(other.middle, other.line, other.half, 13)) &&
      nodes.every((other) => other === node || clear(other.x, other.y, other.radius, 5 + other.radius));
    if (!free && all.size >= ALWAYS) continue;
    taken.push({ middle, line, half });
    all.add(node);
  }
  return all;
}

type Drawing = Selection<SVGSVGElement, unknown, null, undefined>;

// By keyboard the ties are reached in the table.
function drawTies(svg: Drawing, links: Link[]) {
  const words = ({ tie, names }: Link): string => `${names}: ${plural(tie.weight, "shared event")}`;
  const ties = put(svg.append("g").selectAll("a").data(links).join("a"), {
    class: ({ trend }) => `tie ${trend}`,
    href: ({ tie }) => shared(tie),
    tabindex: -1,
    "aria-label": words,
  });
  ties.append("title").text((each) => `${words(each)}, ${judged(each.tie)}`);
  for (const kind of ["hit", "line"])
    put(ties.append("line"), {
      class: kind,
      "stroke-width": ({ tie }) => (kind === "hit" ? 10 : Math.min(8, 0.6 + Math.sqrt(tie.weight))),
      x1: ({ source }) => source.x,
      y1: ({ source }) => source.y,
      x2: ({ target }) => target.x,
      y2: ({ target }) => target.y,
    });
  return ties;
}

function drawActors(svg: Drawing, nodes: Node[], width: number) {
  const actors = put(svg.append("g").selectAll("a").data(nodes).join("a"), {
    class: ({ side }) => `node ${side}`,
    href: ({ id }) => href({ record: `actors/${id}` }),
    transform: ({ x, y }) => `translate(${x},${y})`,
    "aria-label": ({ name, events, side }) => `${name}, ${plural(events, "event")}, ${SIDES[side]}`,
  });
  put(actors.append("circle"), { r: ({ radius }) => radius });
  const shown = named(nodes, width);
  put(actors.append("text"), {
    class: (node) => !shown.has(node) && "rare",
    y: ({ radius }) => radius + 12,
    "text-anchor": ({ x }) => anchor(x, width),
  }).text(({ name }) => name);
  return actors;
}

function picture(nodes: Node[], links: Link[], width: number): Element {
  const height = Math.max(420, Math.min(660, width * 0.62), Math.min(innerHeight - 260, width * 0.5));
  layout(nodes, links, width, height);
  const element = h("div", null);
  const svg = put(select(element).append("svg"), {
    class: "network",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "group",
    "aria-label": `${plural(nodes.length, "actor")}, tied by ${plural(links.length, "pair")} of shared events`,
  });
  const ties = drawTies(svg, links);
  const actors = drawActors(svg, nodes, width);
  const near = (node: Node | null): void => {
    const isOf = ({ source, target }: Link): boolean => source === node || target === node;
    const around = new Set(links.filter(isOf).flatMap(({ source, target }) => [source, target]));
    ties.classed("near", isOf).classed("far", (each) => node !== null && !isOf(each));
    actors.classed("near", (each) => each === node);
    actors.classed("far", (each) => node !== null && each !== node && !around.has(each));
  };
  actors.on("pointerenter focus", (_event, node) => near(node)).on("pointerleave blur", () => near(null));
  return element;
}

function tableOf(links: Link[]): Child {
  const counts = TRENDS.filter(([trend]) => links.some(({ tie }) => tie.trends[trend])).map(
    ([trend, name]): Column<Link> => ({ name, class: "number", cell: ({ tie }) => tie.trends[trend] ?? 0 }),
  );
  return table(
    "Table of ties",
    [
      { name: "Actor", heads: true, cell: ({ source }) => link("actors", source.id, source.name) },
      { name: "Actor", cell: ({ target }) => link("actors", target.id, target.name) },
      { name: "Shared events", class: "number", cell: ({ tie }) => <a href={shared(tie)}>{tie.weight}</a> },
      ...counts,
      { name: "In the API", cell: ({ tie }) => <a href={absolute(tie.events)}>Events</a> },
    ],
    [...links].sort((a, b) => b.tie.weight - a.tie.weight),
  );
}

// The nodes and links of the service, without ties of fewer than LEAST events and those whom none ties.
function tied({ nodes, links }: Schemas["Network"]["data"], actors: Schemas["Actor"][], least: number) {
  const sides = new Map(actors.map(({ id, side }) => [id, side]));
  const known = new Map(
    nodes.map((node): [string, Node] => [
      node.id,
      { ...node, side: sides.get(node.id) ?? "third", radius: 4 + Math.sqrt(node.events) * 1.7, x: NaN, y: NaN },
    ]),
  );
  const ties = links
    .filter(({ weight }) => weight >= least)
    .flatMap((tie): Link | [] => {
      const [source, target] = [known.get(tie.source), known.get(tie.target)];
      if (!source || !target) return [];
      return { tie, source, target, names: `${source.name} and ${target.name}`, trend: trendOf(tie) };
    });
  const ends = new Set(ties.flatMap(({ source, target }) => [source, target]));
  return { ties, nodes: [...known.values()].filter((node) => ends.has(node)) };
}

const drawn = (nodes: Node[], ties: Link[]): Child => [
  legend(
    "Sides",
    Object.entries(SIDES).map(([side, name]) => key(side, name)),
  ),
  legend(
    "Shared events",
    TRENDS.filter(([trend]) => ties.some((each) => each.trend === trend)).map(([trend, , more]) =>
      swatch(`line ${trend}`, more),
    ),
  ),
  responsive((width) => picture(nodes, ties, width)),
];

export async function network(now: State): Promise<Child> {
  const era = now.query(["era"]);
  const least = now.get("least") ?? "2";
  const asTable = now.get("as") === "table";
  const [{ data }, actors, eras] = await Promise.all([
    ok(client.GET("/v1/network", { params: { query: {} }, ...also(era) })),
    ok(client.GET("/v1/actors", { params: { query: { limit: 500 } } })),
    ok(client.GET("/v1/eras", { params: { query: { limit: 100 } } })),
  ]);
  const { nodes, ties } = tied(data, actors.data, Number(least));
  const periods = eras.data.map(({ id, title }) => [id, title] as const);
  const counts = ["1", "2", "3", "5", "8"].map((count) => [count, `${count} or more`] as const);
  return [
    <div class="bar">
      <h1>Who acts together</h1>
      {pick("Era", "era", [["", "All"], ...periods], now.get("era") ?? "")}
      {pick("Shared events", "least", counts, least)}
      {tableSwitch(asTable, "the network")}
    </div>,
    template("intro-network"),
    ties.length === 0 && empty("No two actors share so many events", <a href={href({ least: "1" })}>Show every tie</a>),
    ties.length > 0 && (asTable ? tableOf(ties) : drawn(nodes, ties)),
    source(
      `${base}/v1/network${era && `?${era}`}`,
      `${plural(nodes.length, "actor")} and ${plural(ties.length, "tie")} of ${data.nodes.length} and ${data.links.length}`,
    ),
  ];
}
