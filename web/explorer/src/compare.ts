// The paper's figures beside official sums of the same years: what may be compared, and in the words of the service why not the rest.
import { also, base, client, ok, whole, type Schemas } from "./api.js";
import { h, type Child } from "./dom.js";
import { empty, files, list, listed, pick, quiet, table } from "./parts.js";
import { link } from "./record.js";
import { href, type State } from "./state.js";
import { dollars, QUALIFIERS, spoken } from "./words.js";

type Row = Schemas["AidComparison"];
export type Source = Schemas["AidComparisonSource"];

export interface Comparison {
  answer: Schemas["AidComparisons"];
  // What the reasons mean.
  reasons: Map<string, string>;
  // The sources of each official figure.
  sources: Map<string, Source[]>;
}

const INTRO =
  "Each figure of the paper, and what official records have of the same years and category, a row for each stage. A difference and a " +
  "share, in dollars as printed, stand only where both measure the same. The official sum leads to the request that gives it.";

export async function compared(now: State): Promise<Comparison> {
  const [answer, figures, vocabulary] = await Promise.all([
    ok(client.GET("/v1/aid/compare", { params: { query: {} }, ...also(now.query(["fiscal_year"])) })),
    whole((cursor) =>
      ok(
        client.GET("/v1/aid", {
          params: {
            query: cursor ? { limit: 500, cursor } : { limit: 500, corpus: ["official"], fields: ["id", "citations"] },
          },
        }),
      ),
    ),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const works = answer.meta.sources;
  const cited = (citations: Schemas["Citation"][]): Source[] =>
    works.filter(({ id }) => citations.some(({ reference }) => reference === id));
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

const yearsOf = ({ year_first, year_last, fiscal }: Row): string =>
  year_first === null
    ? "Undated"
    : `${fiscal ? "FY" : ""}${year_first}${year_last === year_first ? "" : ` to ${fiscal ? "FY" : ""}${year_last}`}`;

const signed = (amount: number): string => `${amount < 0 ? "−" : "+"}${dollars(Math.abs(amount))}`;
const percent = (share: number): string => share.toLocaleString("en", { style: "percent", maximumFractionDigits: 2 });

function sum({ official_usd, with_reimbursed_usd, url }: Row): Child {
  const amount = official_usd === null ? "None" : dollars(official_usd);
  return [
    url === null ? amount : h("a", { href: new URL(url, `${base}/`).href }, amount),
    with_reimbursed_usd !== null && [" ", quiet(`(${dollars(with_reimbursed_usd)} with reimbursements)`)],
  ];
}

const verdict = ({ comparable, reasons }: Row, words: Comparison["reasons"]): Child =>
  comparable
    ? "Comparable"
    : [
        h("strong", "Not comparable"),
        reasons.map((reason) => [". ", h("span", { "data-reason": reason }, words.get(reason) ?? spoken(reason))]),
        ".",
      ];

const tableOf = (all: Comparison): Child =>
  table(
    "Table of the paper's figures beside official sums",
    [
      {
        name: "Figure of the paper",
        heads: true,
        cell: (row) => [link("aid", row.figure, row.title), " ", quiet(yearsOf(row))],
      },
      {
        name: "The paper",
        class: "number",
        cell: ({ amount_usd, qualifier, stage }) => [
          `${QUALIFIERS[qualifier]}${dollars(amount_usd)} `,
          quiet(spoken(stage).toLowerCase()),
        ],
      },
      {
        name: "Official sum",
        class: "number",
        cell: (row) => [sum(row), row.official_stage && [" ", quiet(spoken(row.official_stage).toLowerCase())]],
      },
      {
        name: "Difference",
        class: "number",
        cell: ({ difference_usd }) => (difference_usd === null ? "–" : signed(difference_usd)),
      },
      { name: "Share", class: "number", cell: ({ share }) => (share === null ? "–" : percent(share)) },
      { name: "Like with like", class: "words", cell: (row) => verdict(row, all.reasons) },
      {
        name: "Official source",
        class: "words",
        cell: ({ official_figures }) => works(sourcesOf(all, official_figures)),
      },
    ],
    all.answer.data,
  );

// The years of the paper's figures to choose from, and those of the address where they are others.
function choice(figures: Schemas["AidFigure"][], now: string): Child {
  const year = (fiscal: number | null, date: string | null): string => String(fiscal ?? date?.slice(0, 4) ?? "");
  const spans = figures
    .map((figure): [string, string] => [
      year(figure.fiscal_year_start, figure.date_start),
      year(figure.fiscal_year_end, figure.date_end),
    ])
    .filter(([first]) => first !== "")
    .map(([first, last]) => (first === last ? first : `${first}/${last}`));
  const years = [...new Set([...spans, now].filter(Boolean))].sort();
  return pick(
    "Years",
    "fiscal_year",
    [["", "All"], ...years.map((each) => [each, each.replace("/", " to ")] as const)],
    now,
  );
}

export function comparison(now: State, all: Comparison, figures: Schemas["AidFigure"][]): Child {
  const { answer } = all;
  return h(
    "section",
    { class: "compared" },
    h(
      "div",
      { class: "bar" },
      h("h2", "The paper beside official records"),
      choice(figures, now.get("fiscal_year") ?? ""),
    ),
    h("p", { class: "intro" }, INTRO),
    answer.data.length === 0
      ? empty(
          "No figure of the paper is of these years",
          h("a", { href: href({ fiscal_year: null }) }, "Compare those of all years"),
        )
      : tableOf(all),
    h(
      "details",
      h("summary", "What the official sources hold and do not hold"),
      sourcesOf(all).map(({ id, title, notes }) => [h("h3", link("references", id, title)), list(notes)]),
    ),
    h(
      "p",
      { class: "files" },
      "This table as ",
      files(`${base}${answer.links.self}`, ["xlsx", "csv"]),
      ". ",
      h("a", { href: new URL(answer.links.self, `${base}/`).href }, "Open in the API"),
      ".",
    ),
  );
}
