// Actors and the events that they share: near means often together; the sides are told apart by place and by colour.
import { extent } from "d3-array";
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { scaleLinear } from "d3-scale";
import { absolute, also, base, client, ok, type Schemas } from "./api.js";
import { h, s, template, type Child } from "./dom.js";
import { empty, key, legend, link, pick, responsive, source, table, tableLink, type Column } from "./parts.js";
import { href, type State } from "./state.js";
import { plural } from "./words.js";

type Side = Schemas["Side"];
type Tie = Schemas["Network"]["data"]["links"][number];
type Trend = keyof Tie["trends"];
type Node = Schemas["Network"]["data"]["nodes"][number] & { x: number; y: number };
type Link = { tie: Tie; source: Node; target: Node };
const SIDES: Record<Side, [name: string, place: number]> = {
  us: ["United States", 0.24],
  pakistan: ["Pakistan", 0.76],
  third: ["Third parties", 0.5],
};
const TRENDS: [trend: Trend, name: string, more: string][] = [
  ["convergence", "Convergence", "More convergence"],
  ["divergence", "Divergence", "More divergence"],
  ["neutral", "Neutral", "As much of each"],
  ["none", "Not judged", "Not judged"],
];

// What the events of a tie come to, as the paper judges them.
function trendOf({ tie: { trends } }: Link): Trend {
  const { convergence = 0, divergence = 0, neutral = 0 } = trends;
  if (convergence === divergence) return convergence + neutral > 0 ? "neutral" : "none";
  return convergence > divergence ? "convergence" : "divergence";
}

// The shared events on the timeline, by the address that the service gives for them.
const shared = ({ tie }: Link): string =>
  href({ nature: "all", ...Object.fromEntries(new URL(tie.events, base).searchParams) }, "timeline");
const radiusOf = ({ events }: Node): number => 4 + Math.sqrt(events) * 1.7;
// Of the actors, the busiest first, how many have their names beside them.
const named = (width: number): number => 2 + width / 60;

function layout(nodes: Node[], links: Link[], width: number, height: number): void {
  for (const node of nodes) Object.assign(node, { x: NaN, y: NaN, vx: 0, vy: 0 });
  const ties = forceLink<Node, Link>(links).strength(({ tie }) => Math.min(0.4, 0.05 * tie.weight));
  const room = (node: Node, i: number): number =>
    i < named(width) ? Math.max(radiusOf(node) + 16, node.name.length * 3) : radiusOf(node) + 7;
  const margin = Math.min(70, width / 9);
  forceSimulation(nodes)
    .randomSource(() => 0.5)
    .stop()
    .force("link", ties)
    .force("charge", forceManyBody().strength(-width / 4))
    .force("x", forceX<Node>(({ side }) => SIDES[side][1] * width).strength(0.2))
    .force("y", forceY(height / 2).strength(0.1))
    .force("collide", forceCollide(room))
    .tick(320);
  // Takes all the room that there is.
  const ends = (axis: "x" | "y"): number[] => extent(nodes, (node) => node[axis]).map(Number);
  const across = scaleLinear(ends("x"), [margin, width - margin]);
  const down = scaleLinear(ends("y"), [24, height - 34]);
  for (const node of nodes) Object.assign(node, { x: across(node.x), y: down(node.y) });
}

// By keyboard the ties are reached in the table.
function drawnTie(each: Link): SVGElement {
  const { tie, source, target } = each;
  const words = `${source.name} and ${target.name}: ${plural(tie.weight, "shared event")}`;
  const judged = TRENDS.map(([trend, name]) => tie.trends[trend] && `${tie.trends[trend]} ${name.toLowerCase()}`);
  const ends = { x1: source.x, y1: source.y, x2: target.x, y2: target.y };
  const at = { href: shared(each), tabindex: -1, "aria-label": words };
  const title = s("title", [words, ...judged].filter(Boolean).join(", "));
  const line = s("line.line", ends, { "stroke-width": Math.min(8, 0.6 + Math.sqrt(tie.weight)) });
  return s(`a.tie.${trendOf(each)}`, at, title, s("line.hit", ends, { "stroke-width": 10 }), line);
}

function drawnActor(node: Node, isNamed: boolean, width: number, near: (node: Node | null) => void): SVGElement {
  const { id, name, events, side, x, y } = node;
  const radius = radiusOf(node);
  const label = `${name}, ${plural(events, "event")}, ${SIDES[side][0]}`;
  const anchor = x < 80 ? "start" : x > width - 80 ? "end" : "middle";
  const text = { class: !isNamed && "rare", y: radius + 12, "text-anchor": anchor };
  const at = { href: href({ record: `actors/${id}` }), transform: `translate(${x},${y})`, "aria-label": label };
  const [come, go] = [() => near(node), () => near(null)];
  const listeners = { pointerenter: come, focus: come, pointerleave: go, blur: go };
  return s(`a.node.${side}`, at, listeners, s("circle", { r: radius }), s("text", text, name));
}

function picture(nodes: Node[], links: Link[], width: number): Element {
  const height = Math.max(420, Math.min(660, width * 0.62), Math.min(innerHeight - 260, width * 0.5));
  layout(nodes, links, width, height);
  const ties = links.map((each) => drawnTie(each));
  // The ties of an actor stand out while it is pointed at or has the focus.
  const isFar = ({ source, target }: Link, node: Node | null) => node !== null && source !== node && target !== node;
  const near = (node: Node | null): void =>
    links.forEach((each, i) => ties[i]?.classList.toggle("far", isFar(each, node)));
  const actors = nodes.map((node, i) => drawnActor(node, i < named(width), width, near));
  const label = `${plural(nodes.length, "actor")}, tied by ${plural(links.length, "pair")} of shared events`;
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  return s("svg.network", size, { role: "group", "aria-label": label }, s("g", ties), s("g", actors));
}

function tableOf(links: Link[]): Child {
  const known = TRENDS.filter(([trend]) => links.some(({ tie }) => tie.trends[trend]));
  const counts = known.map(([trend, name]): Column<Link> => [name, ({ tie }) => tie.trends[trend] ?? 0, "number"]);
  const sorted = links.toSorted((a, b) => b.tie.weight - a.tie.weight);
  return table("Table of ties", sorted, [
    ["Actor", ({ source }) => link(`actors/${source.id}`, source.name)],
    ["Actor", ({ target }) => link(`actors/${target.id}`, target.name)],
    ["Shared events", (each) => h("a", { href: shared(each) }, each.tie.weight), "number"],
    ...counts,
    ["In the API", ({ tie }) => h("a", { href: absolute(tie.events) }, "Events")],
  ]);
}

// The nodes and links of the service, the busiest first, without those whom none ties.
function tied({ nodes, links }: Schemas["Network"]["data"]) {
  const known = new Map(nodes.map((node) => [node.id, { ...node, x: NaN, y: NaN }]));
  const ties = links.flatMap((tie): Link | [] => {
    const [source, target] = [known.get(tie.source), known.get(tie.target)];
    return source && target ? { tie, source, target } : [];
  });
  const actors = new Set(ties.flatMap(({ source, target }) => [source, target]));
  return { ties, nodes: [...actors].sort((a, b) => b.events - a.events) };
}

function drawn(nodes: Node[], ties: Link[]): Child {
  const sides = Object.entries(SIDES).map(([side, [name]]) => key(side, name));
  const trends = TRENDS.filter(([trend]) => ties.some((each) => trendOf(each) === trend));
  const lines = trends.map(([trend, , more]) => [h(`span.swatch.line.${trend}`), more]);
  return [legend("Sides", sides), legend("Shared events", lines), responsive((width) => picture(nodes, ties, width))];
}

export async function network(now: State): Promise<Child> {
  const least = now.get("min_weight") ?? "2";
  const query = new URLSearchParams([...new URLSearchParams(now.query(["era"])), ["min_weight", least]]).toString();
  const [{ data }, eras] = await Promise.all([
    ok(client.GET("/v1/network", { params: { query: {} }, ...also(query) })),
    ok(client.GET("/v1/eras", { params: { query: { limit: 100 } } })),
  ]);
  const { nodes, ties } = tied(data);
  const periods = eras.data.map(({ id, title }): [string, string] => [id, title]);
  const counts = ["1", "2", "3", "5", "8"].map((count): [string, string] => [count, `${count} or more`]);
  const every = h("a", { href: href({ min_weight: "1" }) }, "Show every tie");
  const era = pick("Era", "era", [["", "All"], ...periods], now.get("era") ?? "");
  const weight = pick("Shared events", "min_weight", counts, least);
  const shown = now.asTable ? tableOf(ties) : drawn(nodes, ties);
  return [
    h("div.bar", h("h1", "Who acts together"), era, weight, tableLink(now, "the network")),
    template("intro-network"),
    ties.length > 0 ? shown : empty("No two actors share so many events", every),
    source(`${base}/v1/network?${query}`, `${plural(nodes.length, "actor")} and ${plural(ties.length, "tie")}`),
  ];
}
