// Sources, with what each carries; and what the data are.
import { base, client, ok, whole, type Schemas } from "./api.js";
import { h, template, type Child } from "./dom.js";
import { details, files, link, list, outside, share, source, table, terms, type Term } from "./parts.js";
import { forms } from "./record.js";
import { href } from "./state.js";
import { capital, plural, reference, spoken } from "./words.js";

type Work = Schemas["Reference"];

const carried = ({ counts }: Work): number => (counts["events"] ?? 0) + (counts["aid"] ?? 0) + (counts["actors"] ?? 0);

function tableOf(all: Work[]): Child {
  const most = Math.max(...all.map(({ counts }) => counts["events"] ?? 0));
  const events = ({ id, counts: { events = 0 } }: Work): Child => [
    share(`${(6 * events) / most}rem`),
    events > 0 ? h("a", { href: href({ reference: id, nature: "all" }, "timeline") }, events) : 0,
  ];
  return table("Table of sources", all, [
    ["Work", (one) => link(`references/${one.id}`, reference(one))],
    ["Standing", ({ status }) => spoken(status)],
    ["Events", events, "number bars"],
    ["Aid", ({ counts }) => counts["aid"] ?? 0, "number"],
    ["Actors", ({ counts }) => counts["actors"] ?? 0, "number"],
  ]);
}

export async function sources(): Promise<Child> {
  const corpus = ["paper" as const, "official" as const];
  const all = await whole((cursor) =>
    client.GET("/v1/references", { params: { query: { limit: 500, corpus, ...cursor } } }),
  );
  const address = `${base}/v1/references?corpus=${corpus.join(",")}`;
  return [
    h("div.bar", h("h1", plural(all.length, "source"))),
    template("intro-sources"),
    tableOf(all.sort((a, b) => carried(b) - carried(a))),
    source(address, "The bibliography as ", files(address, ["bibtex", "ris", "csl", "csv"])),
  ];
}

// What the values of the lists mean that a reader meets, in the words of the codebook.
const LISTS = ["nature", "event_kind", "trend", "event_status", "role", "stage", "note_code"];

function glossary({ name, values }: Schemas["ClosedList"]): Child {
  const rows = values.map(({ title, definition }): Term => [title, definition]);
  return LISTS.includes(name) && details(spoken(name), terms(rows, "glossary"));
}

function work(one: Schemas["Csl"]): Child {
  const names = one.author?.map(({ given, family, literal }) => literal ?? [given, family].filter(Boolean).join(" "));
  const title = one.URL ? outside(one.URL, one.title) : h("em", one.title);
  return h("p", names?.join(", "), ": ", title, one["container-title"] && `, ${one["container-title"]}`, ".");
}

export async function about(): Promise<Child> {
  const [{ data }, words] = await Promise.all([
    ok(client.GET("/v1/dataset", {})),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const [from, to] = [data.coverage.date_start, data.coverage.date_end].map((date) => date?.slice(0, 4) ?? "?");
  const counts = Object.entries(data.counts).map(([name, count]) =>
    h("div", h("dt", capital(name)), h("dd", count.toLocaleString("en"))),
  );
  const both = "corpus=paper,official";
  const archive = h("a", { href: `${base}/v1/dataset/export.zip?${both}` }, "Everything in one archive");
  const changes = h("a", { href: `${base}/v1/changes?${both}&format=csv` }, "All changes as CSV");
  const downloads = [[archive, ": a SQLite file, CSV files, the codebook"], changes];
  const release = ` Release ${data.version}, ${data.published_at.slice(0, 10)}, SHA-256 ${data.hash.slice(0, 16)}….`;
  return h(
    "article.about",
    h("h1", data.description),
    h("dl.counts", counts),
    h("p", `The dataset covers ${from} to ${to}.`),
    template("about-scope"),
    h("h2", "The paper"),
    data.sources.map(work),
    template("about-reading"),
    h("h2", "What the words mean"),
    words.data.map(glossary),
    h("h2", "How to cite"),
    forms(data.citation),
    h("h2", "Licence and files"),
    h("p", outside(data.licence.url, data.licence.name), ".", release),
    list(downloads, "bullets"),
  );
}
