// The frame: header, views, panel; draws what the address says whenever it changes.
import { aid } from "./aid.js";
import { base, client, Failure, isCollection, messageOf, ok } from "./api.js";
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
  const failure =
    fault instanceof Failure ? fault : new Failure("Something failed in this page", messageOf(fault), true);
  return (
    <div class="empty" role="alert">
      <h2>{failure.title}</h2>
      <p>{failure.detail}</p>
      <p>
        {failure.retry && button("Try again", again)} <a href="#/timeline">Start over</a>
      </p>
    </div>
  );
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

function view(now: State): void {
  part(".side").hidden = now.view !== "timeline";
  document.body.dataset["view"] = now.view;
  void show(main, () => SHOW[now.view](now));
}

async function opened(now: State): Promise<void> {
  const [collection, id] = (now.get("record") ?? "").split("/");
  panel.hidden = !isCollection(collection) || !id;
  document.body.classList.toggle("opened", !panel.hidden);
  for (const mark of document.querySelectorAll(".mark"))
    mark.classList.toggle("current", mark.getAttribute("data-id") === id);
  if (!isCollection(collection) || !id || !(await show(panel, () => record(collection, id), closing()))) return;
  panel.scrollTop = 0;
  panel.querySelector("h2")?.focus({ preventScroll: true });
}

async function told(asOf: string | null): Promise<void> {
  const { data } = await ok(client.GET("/v1/dataset", {}));
  fill(
    edition,
    `${asOf ? "As it was in release" : "Release"} ${data.version}, revision ${data.revision}, `,
    `${data.published_at.slice(0, 10)}. ${data.licence.name}. `,
    <a href={`${base}/docs`}>API</a>,
    asOf && [" ", <a href={href({ as_of: null })}>Back to the present</a>],
  );
}

// All releases, whichever the address names: asked for when the reader goes to their choice.
let known: Promise<void | null> | null = null;
async function releasesFill(): Promise<void> {
  const query = { as_of: new Date().toISOString().slice(0, 10) };
  const { data } = await ok(client.GET("/v1/dataset", { params: { query } }));
  offered(new Set(data.releases.map(({ version }) => version).reverse()));
}

// The choice has these releases, the present one as "Now", and the one of the address in any case.
function offered(versions: Set<string>): void {
  const now = state().get("as_of") ?? "";
  releases.replaceChildren(
    new Option("Now", ""),
    ...[...versions.add(now)].filter(Boolean).map((each) => new Option(each)),
  );
  releases.value = now;
}

// The address that is drawn, without and with its record; and its release.
let [before, whole, asOf]: (string | null)[] = ["", "", ""];
function draw(): void {
  const now = state();
  const link = (view: View): Child =>
    h("a", { href: href({}, view), "aria-current": view === now.view && "page" }, spoken(view));
  fill(part("nav"), VIEWS.map(link));
  document.title = `${spoken(now.view)} · Relata`;
  const [rest, all] = [href({ record: null }), href({})];
  if (rest !== before) view(now);
  if (all !== whole) void opened(now);
  if (now.get("as_of") !== asOf) told(now.get("as_of")).catch(() => fill(edition));
  releases.value = now.get("as_of") ?? "";
  if (releases.selectedIndex < 0) offered(new Set());
  [before, whole, asOf] = [rest, all, now.get("as_of")];
}

function keyed(event: KeyboardEvent): void {
  if (event.key === "Escape" && !panel.hidden && !event.defaultPrevented) go({ record: null });
  if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  part("[type=search]").focus();
}

part<HTMLDetailsElement>(".side details").open = matchMedia("(min-width: 60rem)").matches;
part(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
for (const reached of ["focus", "pointerenter"])
  releases.addEventListener(reached, () => (known ??= releasesFill().catch(() => (known = null))));
releases.addEventListener("change", () => go({ as_of: releases.value }));
addEventListener("keydown", keyed);
addEventListener("hashchange", draw);
// A browser says so at each change of its network: only what failed is asked for again.
addEventListener("online", () => {
  if (!document.querySelector("[role=alert]")) return;
  before = whole = "";
  draw();
});
searchable();
draw();
