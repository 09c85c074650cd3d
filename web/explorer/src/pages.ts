// Sources, with what each carries; and what the data are.
import { base, client, ok, whole, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { forms, link } from "./record.js";
import { go, href, type State } from "./state.js";
import { capital, reference, spoken } from "./words.js";

const carried = ({ counts }: Schemas["Reference"]): number =>
  (counts["events"] ?? 0) + (counts["aid"] ?? 0) + (counts["actors"] ?? 0);
const ORDERS: Record<string, [title: string, order: (a: Schemas["Reference"], b: Schemas["Reference"]) => number]> = {
  carries: ["What they carry", (a, b) => carried(b) - carried(a)],
  year: ["Year", (a, b) => (b.year ?? 0) - (a.year ?? 0)],
  name: ["Author", (a, b) => (a.creators ?? "").localeCompare(b.creators ?? "")],
};

export async function sources(now: State, main: Element): Promise<void> {
  const all = await whole((cursor) =>
    ok(client.GET("/v1/references", { params: { query: { limit: 500, ...(cursor && { cursor }) } } })),
  );
  const order = ORDERS[now.get("order") ?? ""] ? (now.get("order") ?? "carries") : "carries";
  const most = Math.max(...all.map(({ counts }) => counts["events"] ?? 0));
  const bar = (count: number): HTMLElement => {
    const share = h("span", { class: "share" });
    share.style.inlineSize = `${(6 * count) / most}rem`;
    return share;
  };
  const row = (one: Schemas["Reference"]): Child =>
    h(
      "tr",
      {},
      h("th", { scope: "row", dir: "auto" }, link("references", one.id, reference(one))),
      h(
        "td",
        {},
        one.status === "listed"
          ? "In its list"
          : one.status === "unlisted"
            ? "Cited, not in its list"
            : "The paper itself",
      ),
      h(
        "td",
        { class: "number bars" },
        bar(one.counts["events"] ?? 0),
        one.counts["events"]
          ? h("a", { href: href({ reference: one.id, nature: "all" }, "timeline") }, one.counts["events"])
          : 0,
      ),
      h("td", { class: "number" }, one.counts["aid"] ?? 0),
      h("td", { class: "number" }, one.counts["actors"] ?? 0),
    );
  fill(
    main,
    h(
      "div",
      { class: "bar" },
      h("h1", {}, plural(all.length, "source")),
      h(
        "label",
        { class: "pick" },
        "Sorted by ",
        h(
          "select",
          { change: (event) => event.target instanceof HTMLSelectElement && go({ order: event.target.value }) },
          Object.entries(ORDERS).map(([value, [title]]) => h("option", { value, selected: value === order }, title)),
        ),
      ),
    ),
    h(
      "p",
      { class: "intro" },
      "Every statement names the work that it rests on and the place in it. Most works are known through the paper, which cites them.",
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of sources" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Work"),
            h("th", { scope: "col" }, "In the paper"),
            ["Events", "Aid", "Actors"].map((name) => h("th", { scope: "col", class: "number" }, name)),
          ),
        ),
        h("tbody", {}, [...all].sort(ORDERS[order]?.[1]).map(row)),
      ),
    ),
    h(
      "p",
      { class: "files" },
      "The bibliography as ",
      ["bibtex", "ris", "csl", "csv"].map((format, i) => [
        i > 0 && ", ",
        h(
          "a",
          { href: `${base}/v1/references?format=${format}` },
          format === "bibtex" ? "BibTeX" : format.toUpperCase(),
        ),
      ]),
      ". ",
      h("a", { href: `${base}/v1/references` }, "Open in the API"),
      ".",
    ),
  );
}

// What the values of the lists mean that a reader meets, in the words of the codebook.
const LISTS: Record<string, string> = {
  nature: "Nature",
  event_kind: "Kinds of events",
  trend: "Trend",
  event_status: "Status",
  role: "Roles of actors",
  stage: "Stages of aid",
  note_code: "Notes",
};

const glossary = (lists: Schemas["ClosedList"][]): Child =>
  lists
    .filter(({ name }) => LISTS[name])
    .map(({ name, values }) =>
      h(
        "details",
        {},
        h("summary", {}, LISTS[name]),
        h(
          "dl",
          { class: "glossary" },
          values.map(({ title, definition }) => [h("dt", {}, title), h("dd", {}, definition)]),
        ),
      ),
    );

export async function about(main: Element): Promise<void> {
  const [{ data }, words] = await Promise.all([
    ok(client.GET("/v1/dataset", {})),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const counts = Object.entries(data.counts).map(([name, count]) =>
    h("div", {}, h("dt", {}, capital(name)), h("dd", {}, count.toLocaleString("en"))),
  );
  const paper = data.sources.map((one) =>
    h(
      "p",
      { dir: "auto" },
      `${(one.author ?? []).map(({ given, family, literal }) => literal ?? [given, family].filter(Boolean).join(" ")).join(", ")}: `,
      one.URL ? h("a", { href: one.URL, rel: "noreferrer" }, one.title ?? "") : h("em", {}, one.title ?? ""),
      one["container-title"] && `, ${one["container-title"]}`,
      ".",
    ),
  );
  fill(
    main,
    h(
      "article",
      { class: "about" },
      h("h1", {}, data.description),
      h("dl", { class: "counts" }, counts),
      h(
        "p",
        {},
        `The dataset covers ${data.coverage.date_start?.slice(0, 4) ?? "?"} to ${data.coverage.date_end?.slice(0, 4) ?? "?"}. It is drawn from one published paper, in the editors' own words. Each record names its sources, with the section where the paper says it; where the paper contradicts itself or is unclear, a note says so, and nothing is silently repeated or mended.`,
      ),
      h("h2", {}, "The paper"),
      paper,
      h("h2", {}, "How to read the timeline"),
      h(
        "p",
        {},
        "A solid bar fills its time. A pale bar with an outline means: some time within it, as exactly as the source tells. A bar that fades out has no known end. Colour shows the paper's own judgement, convergence or divergence; grey means that it makes none.",
      ),
      h("h2", {}, "What the words mean"),
      glossary(words.data),
      h("h2", {}, "How to cite"),
      forms(data.citation),
      h("h2", {}, "Licence and files"),
      h(
        "p",
        {},
        h("a", { href: data.licence.url, rel: "noreferrer" }, data.licence.name),
        `. Release ${data.version}, ${data.published_at.slice(0, 10)}, SHA-256 ${data.hash.slice(0, 16)}….`,
      ),
      h(
        "ul",
        {},
        h(
          "li",
          {},
          h("a", { href: `${base}/v1/dataset/export.zip` }, "Everything in one archive"),
          ": a SQLite file, CSV files, the codebook",
        ),
        h("li", {}, h("a", { href: `${base}/v1/changes?format=csv` }, "All changes"), " as CSV"),
        h("li", {}, h("a", { href: `${base}/docs` }, "The API"), ", of which alone this explorer is made"),
      ),
      h("p", { class: "muted" }, `Keywords: ${data.keywords.map((word) => spoken(word)).join(", ")}.`),
    ),
  );
}
