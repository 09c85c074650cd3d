// The frame: header, views, panel; draws what the address says whenever it changes.
import { aid } from "./aid.js";
import { base, client, ok } from "./api.js";
import { fill, h, part, type Child } from "./dom.js";
import { network } from "./network.js";
import { about, sources } from "./pages.js";
import { button } from "./parts.js";
import { closing, record } from "./record.js";
import { searchable } from "./search.js";
import { go, href, state, VIEWS, type State, type View } from "./state.js";
import { timeline } from "./timeline.js";
import { spoken } from "./words.js";

const main = part("main");
const panel = part(".panel");
const releases = part<HTMLSelectElement>(".release select");
const edition = part(".edition");
const SHOW: Record<View, (now: State) => Promise<Child>> = { timeline, aid, network, sources, about };

function trouble(fault: unknown, again: () => void): Child {
  const { name, message, cause } = fault instanceof Error ? fault : new Error(String(fault));
  const title = cause === undefined ? "Something failed in this page" : name;
  const ways = [cause !== false && [button("Try again", again), " "], h("a", { href: "#/timeline" }, "Start over")];
  return h("div.empty", { role: "alert" }, h("h2", title), h("p", message), h("p", ways));
}

const latest = new Map<Element, () => Promise<Child>>();
// Fills `place` with what `made` comes to, or with what went wrong; not where the reader has gone on meanwhile.
async function show(place: Element, made: () => Promise<Child>, head: Child = null): Promise<boolean> {
  latest.set(place, made);
  place.setAttribute("aria-busy", "true");
  const content = await made().catch((fault: unknown) => [head, trouble(fault, () => void show(place, made, head))]);
  if (latest.get(place) !== made) return false;
  fill(place, content);
  place.removeAttribute("aria-busy");
  return true;
}

async function opened(now: State): Promise<void> {
  const id = now.get("record")?.split("/")[1];
  panel.hidden = !id;
  document.body.classList.toggle("opened", !panel.hidden);
  for (const mark of document.querySelectorAll<SVGElement>(".mark"))
    mark.classList.toggle("current", mark.dataset["id"] === id);
  if (!id || !(await show(panel, () => record(id), closing()))) return;
  panel.scrollTop = 0;
  panel.querySelector("h2")?.focus({ preventScroll: true });
}

// The release that is shown, and all that there are to choose from, whichever the address names.
async function told(asOf: string): Promise<void> {
  const { data } = await ok(client.GET("/v1/dataset", {}));
  const query = { as_of: new Date().toISOString().slice(0, 10) };
  const now = asOf ? (await ok(client.GET("/v1/dataset", { params: { query } }))).data : data;
  const versions = new Set(["", ...now.releases.map(({ version }) => version).reverse(), asOf]);
  const choices = [...versions].map((each) => new Option(each || "Now", each));
  fill(releases, choices);
  releases.value = asOf;
  const back = asOf && [" ", h("a", { href: href({ as_of: null }) }, "Back to the present")];
  const words = `${asOf ? "As it was in release" : "Release"} ${data.version}, revision ${data.revision}, `;
  const docs = h("a", { href: `${base}/docs` }, "API");
  fill(edition, words, `${data.published_at.slice(0, 10)}. ${data.licence.name}. `, docs, back);
}

// The address that is drawn, without and with its record; and its release.
let [before, whole, release]: (string | null)[] = ["", "", null];
function draw(): void {
  const now = state();
  const asOf = now.get("as_of") ?? "";
  const link = (view: View): Child =>
    h("a", { href: href({}, view), "aria-current": view === now.view && "page" }, spoken(view));
  fill(part("nav"), VIEWS.map(link));
  document.title = `${spoken(now.view)} · Relata`;
  document.body.dataset["view"] = now.view;
  part(".side").hidden = now.view !== "timeline";
  const [rest, all] = [href({ record: null }), href({})];
  if (rest !== before) void show(main, () => SHOW[now.view](now));
  if (all !== whole) void opened(now);
  if (asOf !== release) told(asOf).catch(() => fill(edition));
  [before, whole, release] = [rest, all, asOf];
}

part<HTMLDetailsElement>(".side details").open = matchMedia("(min-width: 60rem)").matches;
part(".skip").addEventListener("click", (event) => [event.preventDefault(), main.focus()]);
releases.addEventListener("change", () => go({ as_of: releases.value }));
addEventListener("keydown", ({ key, defaultPrevented }) => {
  if (key === "Escape" && !panel.hidden && !defaultPrevented) go({ record: null });
});
addEventListener("hashchange", draw);
// A browser says so at each change of its network: only what failed is asked for again.
addEventListener("online", () => document.querySelector<HTMLElement>("[role=alert] button")?.click());
searchable();
draw();
