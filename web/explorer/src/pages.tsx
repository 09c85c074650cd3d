// Sources, with what each carries; and what the data are.
import { base, client, ok, whole, type Schemas } from "./api.js";
import { h, plural, template, type Child } from "./dom.js";
import { details, files, link, list, outside, pick, share, source, table, terms } from "./parts.js";
import { forms } from "./record.js";
import { href, type State } from "./state.js";
import { capital, reference, spoken } from "./words.js";

type Work = Schemas["Reference"];

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

function tableOf(all: Work[]): Child {
  const most = Math.max(...all.map(({ counts }) => counts["events"] ?? 0));
  const events = ({ id, counts: { events = 0 } }: Work): Child => [
    share(`${(6 * events) / most}rem`),
    events > 0 ? <a href={href({ reference: id, nature: "all" }, "timeline")}>{events}</a> : 0,
  ];
  return table(
    "Table of sources",
    [
      { name: "Work", heads: true, cell: (one) => link("references", one.id, reference(one)) },
      { name: "In the paper", cell: ({ status }) => STANDING[status] },
      { name: "Events", class: "number bars", cell: events },
      { name: "Aid", class: "number", cell: ({ counts }) => counts["aid"] ?? 0 },
      { name: "Actors", class: "number", cell: ({ counts }) => counts["actors"] ?? 0 },
    ],
    all,
  );
}

export async function sources(now: State): Promise<Child> {
  const all = await whole((cursor) =>
    client.GET("/v1/references", { params: { query: { limit: 500, corpus: ["paper", "official"], ...cursor } } }),
  );
  const order = now.one("order", ORDERS, "carries");
  const address = `${base}/v1/references?corpus=paper,official`;
  const titles = Object.entries(ORDERS).map(([value, [title]]) => [value, title] as const);
  return [
    <div class="bar">
      <h1>{plural(all.length, "source")}</h1>
      {pick("Sorted by", "order", titles, order)}
    </div>,
    template("intro-sources"),
    tableOf([...all].sort(ORDERS[order]?.[1])),
    source(address, "The bibliography as ", files(address, ["bibtex", "ris", "csl", "csv"])),
  ];
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

const glossary = ({ name, values }: Schemas["ClosedList"]): Child =>
  LISTS[name] &&
  details(
    LISTS[name],
    terms(
      values.map(({ title, definition }) => [title, definition]),
      "glossary",
    ),
  );

function work(one: Schemas["Csl"]): Child {
  const authors = (one.author ?? []).map(
    ({ given, family, literal }) => literal ?? [given, family].filter(Boolean).join(" "),
  );
  return (
    <p>
      {authors.join(", ")}: {one.URL ? outside(one.URL, one.title) : <em>{one.title}</em>}
      {one["container-title"] && `, ${one["container-title"]}`}.
    </p>
  );
}

export async function about(): Promise<Child> {
  const [{ data }, words] = await Promise.all([
    ok(client.GET("/v1/dataset", {})),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const { date_start, date_end } = data.coverage;
  const counts = Object.entries(data.counts).map(([name, count]) => (
    <div>
      <dt>{capital(name)}</dt>
      <dd>{count.toLocaleString("en")}</dd>
    </div>
  ));
  return (
    <article class="about">
      <h1>{data.description}</h1>
      <dl class="counts">{counts}</dl>
      <p>
        The dataset covers {date_start?.slice(0, 4) ?? "?"} to {date_end?.slice(0, 4) ?? "?"}.
      </p>
      {template("about-scope")}
      <h2>The paper</h2>
      {data.sources.map(work)}
      {template("about-reading")}
      <h2>What the words mean</h2>
      {words.data.map(glossary)}
      <h2>How to cite</h2>
      {forms(data.citation)}
      <h2>Licence and files</h2>
      <p>
        {outside(data.licence.url, data.licence.name)}. Release {data.version}, {data.published_at.slice(0, 10)},
        SHA-256 {data.hash.slice(0, 16)}….
      </p>
      {list(
        [
          [
            <a href={`${base}/v1/dataset/export.zip?corpus=paper,official`}>Everything in one archive</a>,
            ": a SQLite file, CSV files, the codebook",
          ],
          [<a href={`${base}/v1/changes?corpus=paper,official&format=csv`}>All changes</a>, " as CSV"],
          [<a href={`${base}/docs`}>The API</a>, ", of which alone this explorer is made"],
        ],
        "bullets",
      )}
      <p class="muted">Keywords: {data.keywords.map(spoken).join(", ")}.</p>
    </article>
  );
}
