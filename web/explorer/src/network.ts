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
import { responsive } from "./aid.js";
import { also, base, client, ok, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { link } from "./record.js";
import { go, href, type State } from "./state.js";
import { spoken } from "./words.js";

type Side = Schemas["Side"];
interface Node extends SimulationNodeDatum {
  id: string;
  name: string;
  events: number;
  side: Side;
  radius: number;
}
interface Link extends SimulationLinkDatum<Node> {
  source: string | number | Node;
  target: string | number | Node;
  weight: number;
  ends: [string, string];
}

const SIDES: Record<Side, [name: string, place: number]> = {
  us: ["United States", 0.24],
  pakistan: ["Pakistan", 0.76],
  third: ["Third parties", 0.5],
};
const TICKS = 320;

function layout(nodes: Node[], links: Link[], width: number, height: number): void {
  forceSimulation(nodes)
    .randomSource(() => 0.5)
    .stop()
    .force(
      "link",
      forceLink<Node, Link>(links)
        .id(({ id }) => id)
        .distance(({ weight }) => 90 / Math.sqrt(weight) + 30)
        .strength(({ weight }) => Math.min(0.4, 0.05 * weight)),
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

// The names that have room, those of the busiest first.
function named(nodes: Node[]): Set<string> {
  const taken: [x: number, y: number, half: number][] = [];
  const all = new Set<string>();
  for (const { id, name, x = 0, y = 0, radius } of [...nodes].sort((a, b) => b.events - a.events)) {
    const half = name.length * 3.1 + 3;
    const line = y + radius + 8;
    const free =
      taken.every(([left, top, other]) => Math.abs(left - x) > half + other || Math.abs(top - line) > 13) &&
      nodes.every(
        (node) =>
          node.id === id ||
          Math.abs((node.x ?? 0) - x) > half + node.radius ||
          Math.abs((node.y ?? 0) - line) > 5 + node.radius,
      );
    if (!free) continue;
    taken.push([x, line, half]);
    all.add(id);
  }
  return all;
}

function picture(given: Node[], ties: Link[], width: number): Element {
  const height = Math.max(420, Math.min(660, width * 0.62), Math.min(innerHeight - 260, width * 0.5));
  const nodes = given.map((node) => ({ ...node }));
  const links = ties.map((tie) => ({ ...tie }));
  layout(nodes, links, width, height);
  const element = h("div", {});
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
  const lines = svg
    .append("g")
    .selectAll("line")
    .data(links)
    .join("line")
    .attr("class", "tie")
    .attr("stroke-width", ({ weight }) => Math.min(8, 0.6 + Math.sqrt(weight)))
    .attr("x1", (tie) => place(tie.source, "x"))
    .attr("y1", (tie) => place(tie.source, "y"))
    .attr("x2", (tie) => place(tie.target, "x"))
    .attr("y2", (tie) => place(tie.target, "y"));
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
  const shown = named(nodes);
  dots
    .append("text")
    .attr("y", ({ radius }) => radius + 12)
    .attr("text-anchor", ({ x }) => ((x ?? 0) < 60 ? "start" : (x ?? 0) > width - 60 ? "end" : "middle"))
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

function table(links: Link[], names: Map<string, string>): Child {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of ties" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Actor"),
          h("th", { scope: "col" }, "Actor"),
          h("th", { scope: "col", class: "number" }, "Shared events"),
        ),
      ),
      h(
        "tbody",
        {},
        [...links]
          .sort((a, b) => b.weight - a.weight)
          .map(({ ends: [a, b], weight }) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, link("actors", a, names.get(a))),
              h("td", {}, link("actors", b, names.get(b))),
              h(
                "td",
                { class: "number" },
                h("a", { href: href({ actor__all: `${a},${b}`, nature: "all" }, "timeline") }, weight),
              ),
            ),
          ),
      ),
    ),
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
  const sides = new Map(actors.data.map(({ id, side }) => [id, side]));
  const links = answer.data.links
    .filter(({ weight }) => weight >= least)
    .map((tie): Link => ({ ...tie, ends: [tie.source, tie.target] }));
  const tied = new Set(links.flatMap(({ ends }) => ends));
  const nodes = answer.data.nodes
    .filter(({ id }) => tied.has(id))
    .map((node): Node => ({ ...node, side: sides.get(node.id) ?? "third", radius: 4 + Math.sqrt(node.events) * 1.7 }));
  const pick = (name: string, label: string, options: [string, string][], current: string): Child =>
    h(
      "label",
      { class: "pick" },
      `${label} `,
      h(
        "select",
        { change: (event) => event.target instanceof HTMLSelectElement && go({ [name]: event.target.value || null }) },
        options.map(([value, title]) => h("option", { value, selected: value === current }, title)),
      ),
    );
  fill(
    main,
    h(
      "div",
      { class: "bar" },
      h("h1", {}, "Who acts together"),
      pick(
        "era",
        "Era",
        [["", "All"], ...eras.data.map(({ id, title }): [string, string] => [id, title])],
        now.get("era") ?? "",
      ),
      pick(
        "least",
        "Shared events",
        ["1", "2", "3", "5", "8"].map((value) => [value, `${value} or more`]),
        String(least),
      ),
      h(
        "a",
        { class: "switch", href: href({ as: asTable ? null : "table" }) },
        asTable ? "Show the network" : "Show a table",
      ),
    ),
    h(
      "p",
      { class: "intro" },
      "Two actors are tied where records name both; the more records, the thicker. The size tells in how many records an actor stands.",
    ),
    links.length === 0
      ? h(
          "div",
          { class: "empty" },
          h("h2", {}, "No two actors share so many events"),
          h("p", {}, h("a", { href: href({ least: "1" }) }, "Show every tie")),
        )
      : asTable
        ? table(links, new Map(answer.data.nodes.map(({ id, name }) => [id, name])))
        : [
            h(
              "ul",
              { class: "legend", "aria-label": "Sides" },
              Object.entries(SIDES).map(([side, [name]]) => h("li", {}, h("span", { class: `key ${side}` }, name))),
            ),
            responsive((width) => picture(nodes, links, width)),
          ],
    h(
      "p",
      { class: "files" },
      h("a", { href: `${base}/v1/network?${era}` }, "Open in the API"),
      h(
        "span",
        { class: "muted" },
        ` ${plural(answer.data.nodes.length, "actor")}, ${plural(answer.data.links.length, "tie")} in all; ${spoken("shown")}: ${nodes.length} and ${links.length}.`,
      ),
    ),
  );
}
