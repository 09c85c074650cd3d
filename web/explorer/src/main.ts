// The frame: header, views, panel; draws what the address says whenever it changes.
import { aid } from "./aid.js";
import { base, client, Failure, isCollection, ok } from "./api.js";
import { fill, h, type Child } from "./dom.js";
import { network } from "./network.js";
import { about, sources } from "./pages.js";
import { record } from "./record.js";
import { search } from "./search.js";
import { go, href, state, VIEWS, type State, type View } from "./state.js";
import { timeline } from "./timeline.js";
import { spoken } from "./words.js";

const side = h("div", { class: "filters" });
const main = h("main", { id: "main", tabindex: -1 });
const tip = h("div", { class: "tip", role: "tooltip", hidden: true });
const panel = h("aside", { class: "panel", "aria-label": "Record", hidden: true });
const nav = h("nav", { "aria-label": "Views" });
const releases = h("select", {
  change: (event) => event.target instanceof HTMLSelectElement && go({ as_of: event.target.value || null }),
});
const edition = h("p", { class: "edition" });
const aside = h(
  "aside",
  { class: "side", "aria-label": "Filters" },
  h("details", { open: matchMedia("(min-width: 60rem)").matches }, h("summary", "Filters"), side),
);

function trouble(fault: unknown, again: () => void): Child {
  const failure =
    fault instanceof Failure
      ? fault
      : new Failure("Something failed in this page", fault instanceof Error ? fault.message : String(fault), true);
  return h(
    "div",
    { class: "empty", role: "alert" },
    h("h2", failure.title),
    h("p", failure.detail),
    h(
      "p",
      failure.retry && h("button", { type: "button", click: again }, "Try again"),
      " ",
      h("a", { href: "#/timeline" }, "Start over"),
    ),
  );
}

const SHOW: Record<View, (now: State) => Promise<void>> = {
  timeline: (now) => timeline(now, side, main, tip),
  aid: (now) => aid(now, main),
  network: (now) => network(now, main),
  sources: (now) => sources(now, main),
  about: () => about(main),
};

async function view(now: State): Promise<void> {
  main.setAttribute("aria-busy", "true");
  aside.hidden = now.view !== "timeline";
  document.body.dataset["view"] = now.view;
  try {
    await SHOW[now.view](now);
  } catch (fault) {
    fill(
      main,
      trouble(fault, () => void view(now)),
    );
  }
  main.removeAttribute("aria-busy");
}

async function opened(now: State): Promise<void> {
  const [collection, id] = (now.get("record") ?? "").split("/");
  panel.hidden = !isCollection(collection) || !id;
  document.body.classList.toggle("opened", !panel.hidden);
  for (const mark of document.querySelectorAll(".mark"))
    mark.classList.toggle("current", mark.getAttribute("data-id") === id);
  if (!isCollection(collection) || !id) return;
  panel.setAttribute("aria-busy", "true");
  try {
    await record(collection, id, panel);
    panel.scrollTop = 0;
    panel.querySelector("h2")?.focus({ preventScroll: true });
  } catch (fault) {
    fill(
      panel,
      h("a", { class: "close", href: href({ record: null }), "aria-label": "Close" }, "×"),
      trouble(fault, () => void opened(now)),
    );
  }
  panel.removeAttribute("aria-busy");
}

async function told(now: State): Promise<void> {
  const { data } = await ok(client.GET("/v1/dataset", {}));
  const pinned = now.get("as_of");
  fill(
    edition,
    pinned ? "As it was in release " : "Release ",
    data.version,
    `, revision ${data.revision}, ${data.published_at.slice(0, 10)}. ${data.licence.name}. `,
    h("a", { href: `${base}/docs` }, "API"),
    pinned && [" ", h("a", { href: href({ as_of: null }) }, "Back to the present")],
  );
}

// The releases, by the first change after each: a few short requests.
async function releasesFill(): Promise<void> {
  const versions: string[] = [];
  for (let since: string | undefined, steps = 0; steps < 12; steps++) {
    const query = { limit: 1, corpus: ["paper" as const, "official" as const], ...(since && { since }) };
    const { data, meta } = await ok(client.GET("/v1/changes", { params: { query } }));
    const next = data[0];
    if (!next) break;
    versions.unshift(next.release);
    if (next.revision === meta.dataset_revision) break;
    since = String(next.revision);
  }
  const now = state().get("as_of") ?? "";
  fill(
    releases,
    h("option", { value: "" }, "Now"),
    [...new Set(versions)].map((version) => h("option", { value: version, selected: version === now }, version)),
  );
}

let before: string | null = null;
let recordBefore: string | null = null;
function draw(): void {
  const now = state();
  const rest = `${now.view}?${new URLSearchParams([...new URLSearchParams(location.hash.split("?")[1] ?? "")].filter(([name]) => name !== "record")).toString()}`;
  fill(
    nav,
    VIEWS.map((name) =>
      h("a", { href: href({}, name), "aria-current": name === now.view ? "page" : null }, spoken(name)),
    ),
  );
  document.title = `${spoken(now.view)} · Relata`;
  if (rest !== before) void view(now);
  if (now.get("record") !== recordBefore || rest !== before) void opened(now);
  if (before === null || before.includes("as_of") || now.get("as_of")) told(now).catch(() => fill(edition, ""));
  releases.value = now.get("as_of") ?? "";
  before = rest;
  recordBefore = now.get("record");
}

document.body.append(
  h(
    "a",
    {
      class: "skip",
      href: "#main",
      click: (event) => {
        event.preventDefault();
        main.focus();
      },
    },
    "Skip to the data",
  ),
  h(
    "header",
    { class: "top" },
    h("a", { class: "brand", href: "#/timeline" }, h("strong", "Relata"), h("span", "Pakistan–US relations")),
    nav,
    search(),
    h("label", { class: "pick release" }, "As of ", releases),
  ),
  h("div", { class: "frame" }, aside, main, panel),
  h("footer", edition),
  tip,
);
addEventListener("hashchange", draw);
// A browser says so at each change of its network: only what failed is asked for again.
addEventListener("online", () => {
  if (!document.querySelector("[role=alert]")) return;
  before = null;
  draw();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden && !event.defaultPrevented) go({ record: null });
  if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault();
    document.querySelector<HTMLInputElement>("[type=search]")?.focus();
  }
});
draw();
releasesFill().catch(() => undefined);
