// Sources, with what each carries; and what the data are.
import { base, client, ok, whole, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { files, list, pick, table } from "./parts.js";
import { forms, link } from "./record.js";
import { href, type State } from "./state.js";
import { capital, reference, spoken } from "./words.js";

type Work = Schemas["Reference"];

const INTRO =
  "Every statement names the work that it rests on and the place in it. Most works are known through the paper, which cites them.";
const STANDING: Record<Schemas["ReferenceStatus"], string> = {
  listed: "In its list",
  unlisted: "Cited, not in its list",
  source: "The paper itself",
  official: "An official record",
};

const carried = ({ counts }: Work): number => (counts["events"] ?? 0) + (counts["aid"] ?? 0) + (counts["actors"] ?? 0);
const ORDERS: Record<string, [title: string, order: (a: Work, b: Work) => number]> = {
  carries: ["What they carry", (a, b) => carried(b) - carried(a)],
  year: ["Year", (a, b) => (b.year ?? 0) - (a.year ?? 0)],
  name: ["Author", (a, b) => (a.creators ?? "").localeCompare(b.creators ?? "")],
};

export async function sources(now: State, main: Element): Promise<void> {
  const all = await whole((cursor) =>
    ok(
      client.GET("/v1/references", {
        params: { query: cursor ? { limit: 500, cursor } : { limit: 500, corpus: ["paper", "official"] } },
      }),
    ),
  );
  const order = ORDERS[now.get("order") ?? ""] ? (now.get("order") ?? "carries") : "carries";
  const address = `${base}/v1/references?corpus=paper,official`;
  const most = Math.max(...all.map(({ counts }) => counts["events"] ?? 0));
  const events = ({ id, counts: { events = 0 } }: Work): Child => {
    const share = h("span", { class: "share" });
    share.style.inlineSize = `${(6 * events) / most}rem`;
    return [share, events > 0 ? h("a", { href: href({ reference: id, nature: "all" }, "timeline") }, events) : 0];
  };
  fill(
    main,
    h(
      "div",
      { class: "bar" },
      h("h1", plural(all.length, "source")),
      pick(
        "Sorted by",
        "order",
        Object.entries(ORDERS).map(([value, [title]]) => [value, title] as const),
        order,
      ),
    ),
    h("p", { class: "intro" }, INTRO),
    table(
      "Table of sources",
      [
        { name: "Work", heads: true, cell: (one) => link("references", one.id, reference(one)) },
        { name: "In the paper", cell: ({ status }) => STANDING[status] },
        { name: "Events", class: "number bars", cell: events },
        { name: "Aid", class: "number", cell: ({ counts }) => counts["aid"] ?? 0 },
        { name: "Actors", class: "number", cell: ({ counts }) => counts["actors"] ?? 0 },
      ],
      [...all].sort(ORDERS[order]?.[1]),
    ),
    h(
      "p",
      { class: "files" },
      "The bibliography as ",
      files(address, ["bibtex", "ris", "csl", "csv"]),
      ". ",
      h("a", { href: address }, "Open in the API"),
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
        h("summary", LISTS[name]),
        h(
          "dl",
          { class: "glossary" },
          values.map(({ title, definition }) => [h("dt", title), h("dd", definition)]),
        ),
      ),
    );

const SCOPE =
  "It is drawn from one published paper, in the editors' own words. Each record names its sources, with the section where the " +
  "paper says it; where the paper contradicts itself or is unclear, a note says so, and nothing is silently repeated or mended. Beside the paper " +
  "stand the yearly aid figures that the United States government publishes; they are kept apart and never added to the paper's.";
const READING =
  "A solid bar fills its time. A pale bar with an outline means: some time within it, as exactly as the source tells. A bar " +
  "that fades out has no known end. Colour shows the paper's own judgement, convergence or divergence; grey means that it makes none.";

function work(one: Schemas["Csl"]): Child {
  const authors = (one.author ?? []).map(
    ({ given, family, literal }) => literal ?? [given, family].filter(Boolean).join(" "),
  );
  const title = one.title ?? "";
  return h(
    "p",
    { dir: "auto" },
    `${authors.join(", ")}: `,
    one.URL ? h("a", { href: one.URL, rel: "noreferrer" }, title) : h("em", title),
    one["container-title"] && `, ${one["container-title"]}`,
    ".",
  );
}

export async function about(main: Element): Promise<void> {
  const [{ data }, words] = await Promise.all([
    ok(client.GET("/v1/dataset", {})),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const { date_start, date_end } = data.coverage;
  const counts = Object.entries(data.counts).map(([name, count]) =>
    h("div", h("dt", capital(name)), h("dd", count.toLocaleString("en"))),
  );
  fill(
    main,
    h(
      "article",
      { class: "about" },
      h("h1", data.description),
      h("dl", { class: "counts" }, counts),
      h("p", `The dataset covers ${date_start?.slice(0, 4) ?? "?"} to ${date_end?.slice(0, 4) ?? "?"}. ${SCOPE}`),
      h("h2", "The paper"),
      data.sources.map(work),
      h("h2", "How to read the timeline"),
      h("p", READING),
      h("h2", "What the words mean"),
      glossary(words.data),
      h("h2", "How to cite"),
      forms(data.citation),
      h("h2", "Licence and files"),
      h(
        "p",
        h("a", { href: data.licence.url, rel: "noreferrer" }, data.licence.name),
        `. Release ${data.version}, ${data.published_at.slice(0, 10)}, SHA-256 ${data.hash.slice(0, 16)}….`,
      ),
      list(
        [
          [
            h("a", { href: `${base}/v1/dataset/export.zip?corpus=paper,official` }, "Everything in one archive"),
            ": a SQLite file, CSV files, the codebook",
          ],
          [h("a", { href: `${base}/v1/changes?corpus=paper,official&format=csv` }, "All changes"), " as CSV"],
          [h("a", { href: `${base}/docs` }, "The API"), ", of which alone this explorer is made"],
        ],
        "bullets",
      ),
      h("p", { class: "muted" }, `Keywords: ${data.keywords.map((word) => spoken(word)).join(", ")}.`),
    ),
  );
}
