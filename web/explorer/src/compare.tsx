// The paper's figures beside official sums of the same years: what may be compared, and in the words of the service why not the rest.
import { absolute, also, client, ok, whole, type Schemas } from "./api.js";
import { h, template, type Child } from "./dom.js";
import { details, empty, files, link, list, listed, pick, quiet, source, table, type Column } from "./parts.js";
import { href, type State } from "./state.js";
import { dollars, qualified, spoken } from "./words.js";

type Row = Schemas["AidComparison"];
export type Source = Schemas["AidComparisonSource"];

export interface Comparison {
  answer: Schemas["AidComparisons"];
  // What the reasons mean.
  reasons: Map<string, string>;
  // The sources of each official figure.
  sources: Map<string, Source[]>;
}

export async function compared(now: State): Promise<Comparison> {
  const [answer, figures, vocabulary] = await Promise.all([
    ok(client.GET("/v1/aid/compare", { params: { query: {} }, ...also(now.query(["fiscal_year"])) })),
    whole((cursor) =>
      client.GET("/v1/aid", {
        params: { query: { limit: 500, corpus: ["official"], fields: ["id", "citations"], ...cursor } },
      }),
    ),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const cited = (citations: Schemas["Citation"][]): Source[] =>
    answer.meta.sources.filter(({ id }) => citations.some(({ reference }) => reference === id));
  const words = vocabulary.data.find(({ name }) => name === "incomparable_reason")?.values ?? [];
  return {
    answer,
    reasons: new Map(words.map(({ value, definition }) => [value, definition])),
    sources: new Map(figures.map(({ id, citations }) => [id, cited(citations)])),
  };
}

// Those of `ids`, or of all official figures, each once.
export function sourcesOf({ sources }: Comparison, ids: readonly string[] = [...sources.keys()]): Source[] {
  return [...new Set(ids.flatMap((id) => sources.get(id) ?? []))];
}

export const works = (sources: Source[]): Child =>
  listed(sources.map(({ id, title }) => link("references", id, title)));

function yearsOf({ year_first, year_last, fiscal }: Row): string {
  if (year_first === null) return "Undated";
  return [...new Set([year_first, year_last])].map((year) => `${fiscal ? "FY" : ""}${year}`).join(" to ");
}

const signed = (amount: number): string => `${amount < 0 ? "−" : "+"}${dollars(Math.abs(amount))}`;
const percent = (share: number): string => share.toLocaleString("en", { style: "percent", maximumFractionDigits: 2 });
const staged = (stage: string): Child => [" ", quiet(spoken(stage).toLowerCase())];

function sum({ official_usd, official_stage, with_reimbursed_usd, url }: Row): Child {
  const amount = official_usd === null ? "None" : dollars(official_usd);
  return [
    url === null ? amount : <a href={absolute(url)}>{amount}</a>,
    with_reimbursed_usd !== null && [" ", quiet(`(${dollars(with_reimbursed_usd)} with reimbursements)`)],
    official_stage && staged(official_stage),
  ];
}

function verdict({ comparable, reasons }: Row, words: Comparison["reasons"]): Child {
  if (comparable) return "Comparable";
  const reason = (name: string): Child => [". ", <span data-reason={name}>{words.get(name) ?? spoken(name)}</span>];
  return [<strong>Not comparable</strong>, reasons.map(reason), "."];
}

function tableOf(all: Comparison): Child {
  const amount = ({ qualifier, amount_usd, stage }: Row): Child => [
    qualified(qualifier) + dollars(amount_usd),
    staged(stage),
  ];
  const change = ({ difference_usd }: Row): string => (difference_usd === null ? "–" : signed(difference_usd));
  const columns: Column<Row>[] = [
    {
      name: "Figure of the paper",
      heads: true,
      cell: (row) => [link("aid", row.figure, row.title), " ", quiet(yearsOf(row))],
    },
    { name: "The paper", class: "number", cell: amount },
    { name: "Official sum", class: "number", cell: sum },
    { name: "Difference", class: "number", cell: change },
    { name: "Share", class: "number", cell: ({ share }) => (share === null ? "–" : percent(share)) },
    { name: "Like with like", class: "words", cell: (row) => verdict(row, all.reasons) },
    { name: "Official source", class: "words", cell: (row) => works(sourcesOf(all, row.official_figures)) },
  ];
  return table("Table of the paper's figures beside official sums", columns, all.answer.data);
}

// The years of the paper's figures to choose from, and those of the address where they are others.
function choice(figures: Schemas["AidFigure"][], now: string): Child {
  const spans = figures.map((figure) => {
    const first = String(figure.fiscal_year_start ?? figure.date_start?.slice(0, 4) ?? "");
    const last = String(figure.fiscal_year_end ?? figure.date_end?.slice(0, 4) ?? "");
    return first === last ? first : `${first}/${last}`;
  });
  const years = [...new Set([...spans, now].filter(Boolean))].sort();
  const options = years.map((each) => [each, each.replace("/", " to ")] as const);
  return pick("Years", "fiscal_year", [["", "All"], ...options], now);
}

export function comparison(now: State, all: Comparison, figures: Schemas["AidFigure"][]): Child {
  const { data, links } = all.answer;
  const anyYear = <a href={href({ fiscal_year: null })}>Compare those of all years</a>;
  return (
    <section class="compared">
      <div class="bar">
        <h2>The paper beside official records</h2>
        {choice(figures, now.get("fiscal_year") ?? "")}
      </div>
      {template("intro-compare")}
      {data.length === 0 ? empty("No figure of the paper is of these years", anyYear) : tableOf(all)}
      {details(
        "What the official sources hold and do not hold",
        sourcesOf(all).map(({ id, title, notes }) => [<h3>{link("references", id, title)}</h3>, list(notes)]),
      )}
      {source(absolute(links.self), "This table as ", files(absolute(links.self), ["xlsx", "csv"]))}
    </section>
  );
}
