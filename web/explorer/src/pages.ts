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
  const shown = (id: string): string => href({ reference: id, nature: "all" }, "timeline");
  const told = ({ id, counts: { events = 0 } }: Work): Child => (events > 0 ? h("a", { href: shown(id) }, events) : 0);
  const events = (one: Work): Child => [share(`${(6 * (one.counts["events"] ?? 0)) / most}rem`), told(one)];
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
  const page = (cursor: object) =>
    client.GET("/v1/references", { params: { query: { limit: 500, corpus, ...cursor } } });
  const all = await whole(page);
  const address = `${base}/v1/references?corpus=${corpus.join(",")}`;
  return [
    h("div.bar", h("h1", plural(all.length, "source"))),
    template("intro-sources"),
    tableOf(all.sort((a, b) => carried(b) - carried(a))),
    source(address, "The bibliography as ", files(address, ["bibtex", "ris", "csl", "csv"])),
  ];
}

// The lists that a reader meets, whose values are told in the words of the codebook.
const LISTS = ["nature", "event_kind", "trend", "event_status", "role", "stage", "note_code"];
const meant = ({ title, definition }: Schemas["ClosedList"]["values"][number]): Term => [title, definition];
const glossary = ({ name, values }: Schemas["ClosedList"]): Child =>
  LISTS.includes(name) && details(spoken(name), terms(values.map(meant), "glossary"));

function work(one: Schemas["Csl"]): Child {
  const names = one.author?.map(({ given, family, literal }) => literal ?? [given, family].filter(Boolean).join(" "));
  const title = one.URL ? outside(one.URL, one.title) : h("em", one.title);
  return h("p", names?.join(", "), ": ", title, one["container-title"] && `, ${one["container-title"]}`, ".");
}

export async function about(): Promise<Child> {
  const [dataset, vocabulary] = [client.GET("/v1/dataset", {}), client.GET("/v1/vocabulary", {})];
  const [{ data }, words] = await Promise.all([ok(dataset), ok(vocabulary)]);
  const [from, to] = [data.coverage.date_start, data.coverage.date_end].map((date) => date?.slice(0, 4) ?? "?");
  const count = ([name, all]: [string, number]): Child =>
    h("div", h("dt", capital(name)), h("dd", all.toLocaleString("en")));
  const part = (title: string, ...content: Child[]): Child => [h("h2", title), content];
  const both = "corpus=paper,official";
  const archive = h("a", { href: `${base}/v1/dataset/export.zip?${both}` }, "Everything in one archive");
  const changes = h("a", { href: `${base}/v1/changes?${both}&format=csv` }, "All changes as CSV");
  const downloads = [[archive, ": a SQLite file, CSV files, the codebook"], changes];
  const release = ` Release ${data.version}, ${data.published_at.slice(0, 10)}, SHA-256 ${data.hash.slice(0, 16)}….`;
  return h(
    "article.about",
    h("h1", data.description),
    h("dl.counts", Object.entries(data.counts).map(count)),
    h("p", `The dataset covers ${from} to ${to}.`),
    template("about-scope"),
    part("The paper", data.sources.map(work)),
    template("about-reading"),
    part("What the words mean", words.data.map(glossary)),
    part("How to cite", forms(data.citation)),
    part("Licence and files", h("p", outside(data.licence.url, data.licence.name), ".", release)),
    list(downloads, "bullets"),
  );
}
