// Aid: each figure of the paper as a span of its stage; what may be added is added by the service, which says why not the rest.
import { barX, plot, text, type Markish } from "@observablehq/plot";
import { group } from "d3-array";
import { base, client, ok, type Schemas } from "./api.js";
import { compared, comparison, sourcesOf, works } from "./compare.js";
import { h, plural, template, type Child } from "./dom.js";
import { official, yearsOf } from "./official.js";
import { chips, details, files, link, list, responsive, source, table, tableSwitch } from "./parts.js";
import { periodOf } from "./record.js";
import { go, href, type State } from "./state.js";
import { dateWords, day, DAY, dollars, qualified, spoken, YEAR } from "./words.js";

type Figure = Schemas["AidFigure"];
type Span = ReturnType<typeof spans>[number];

const STAGES: Schemas["Stage"][] = ["committed", "appropriated", "disbursed", "reimbursed", "suspended", "cut"];
const COLOURS: Record<string, string> = {
  reimbursed: "var(--neutral)",
  suspended: "var(--divergence)",
  cut: "var(--divergence)",
};
const ROW = 40;
const HALO = { fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 4 };

const amountOf = (figure: Figure): number => figure.constant?.amount_usd ?? figure.amount_usd;
const amountWords = (figure: Figure): string => qualified(figure.qualifier) + dollars(amountOf(figure));

function spans(figures: Figure[], counted: Set<string>) {
  const place = ({ figure }: { figure: Figure }): number => STAGES.indexOf(figure.stage);
  return figures
    .map((figure) => ({
      figure,
      row: figure.id,
      start: day(figure.date_start) ?? 0,
      end: (day(figure.date_end) ?? 0) + DAY,
      amount: amountOf(figure),
      counted: counted.has(figure.id),
      colour: COLOURS[figure.stage] ?? "var(--convergence)",
    }))
    .filter(({ start }) => start !== 0)
    .sort((a, b) => place(a) - place(b) || a.start - b.start || b.amount - a.amount);
}

const words = ({ figure, counted }: Span): string =>
  `${amountWords(figure)}, ${figure.category}${counted ? "" : " (not added)"}`;

const bars = (all: Span[]): Markish =>
  barX(all, {
    x1: "start",
    x2: "end",
    y: "row",
    fill: "colour",
    fillOpacity: ({ counted }: Span) => (counted ? 0.9 : 0.12),
    stroke: "colour",
    insetTop: 22,
    insetBottom: 6,
    rx: 3,
    href: ({ figure }: Span) => href({ record: `aid/${figure.id}` }),
    ariaLabel: (span: Span) => `${span.figure.title}: ${words(span)}`,
  });

function picture(all: Span[], width: number, years: [number, number] | null): Element {
  const stages = group(all, ({ figure }) => figure.stage);
  const rows = [...stages].flatMap(([stage, own]) => [stage, ...own.map(({ row }) => row)]);
  // The years of the official series below, where there is room for them.
  const beside = width > 700 ? years : null;
  const first = Math.min(...all.map(({ start }) => start)) - YEAR;
  const last = Math.max(...all.map(({ end }) => end)) + YEAR;
  const [from, to] = beside ?? [first, last];
  const isLate = ({ start }: Span): boolean => start >= from + (to - from) * (width < 600 ? 0.4 : 0.7);
  const isEarly = (span: Span): boolean => !isLate(span);
  const amount = { y: "row", text: words, dy: -7, ...HALO };
  const head = { y: (stage: string) => stage, text: spoken, fontWeight: 650, fill: "var(--ink)", dy: 8 };
  return plot({
    width,
    height: rows.length * ROW + 30,
    marginLeft: beside ? 48 : 4,
    marginRight: 8,
    marginTop: 24,
    marginBottom: 6,
    className: "plot",
    ariaLabel: "Aid figures as spans of time, by stage",
    x: { type: "utc", domain: [from, to], axis: "top", label: null, grid: true, ticks: width / 110, tickSize: 0 },
    y: { domain: rows, axis: null, padding: 0 },
    color: { type: "identity" },
    marks: [
      text(stages.keys(), { ...head, x: from, textAnchor: "start" }),
      bars(all),
      text(all, { ...amount, filter: isEarly, x: "start", textAnchor: "start" }),
      text(all, { ...amount, filter: isLate, x: "end", textAnchor: "end" }),
    ],
  });
}

// The sentence of the service with a link in the place of the record that it names.
function because({ detail, instead, instead_title }: Schemas["AidTotal"]["left_out"][number]): Child {
  const [before, after] = instead === null ? [detail] : detail.split(instead);
  return [before, instead !== null && after !== undefined && [link("aid", instead, instead_title ?? instead), after]];
}

const sentence = ({ text, used, left_out }: Schemas["AidTotal"]): Child => [
  <strong>{text}</strong>,
  <ul class="plain">
    {used.map(({ id, title }) => (
      <li>Added: {link("aid", id, title)}</li>
    ))}
    {left_out.map((figure) => (
      <li class="muted">
        Left out: {link("aid", figure.id, figure.title)}. {because(figure)}
      </li>
    ))}
  </ul>,
];

const tableOf = (all: Figure[], counted: Set<string>): Child =>
  table(
    "Table of aid figures",
    [
      { name: "Figure", heads: true, cell: ({ id, title }) => link("aid", id, title) },
      { name: "Stage", cell: ({ stage }) => spoken(stage) },
      { name: "Category", cell: ({ category }) => spoken(category) },
      { name: "Period", cell: (figure) => periodOf(figure) ?? dateWords(figure.act_edtf) },
      { name: "Amount", class: "number", cell: amountWords },
      { name: "Added", cell: ({ id }) => (counted.has(id) ? "Yes" : "No") },
    ],
    all,
  );

function prices(year: number): Child {
  const change = (): void => go({ base_year: input.value });
  const input = h("input", { type: "number", min: 1947, max: 2025, value: year, change });
  return <label class="pick">Prices of {input}</label>;
}

async function loaded(now: State, money: Money) {
  const grouped = { corpus: ["official" as const], group_by: ["category" as const] };
  const [figures, totals, series, beside] = await Promise.all([
    ok(client.GET("/v1/aid", { params: { query: { limit: 500, ...money } } })),
    ok(client.GET("/v1/aid/totals", { params: { query: { ...money } } })),
    ok(client.GET("/v1/aid/series", { params: { query: { ...grouped, ...money } } })),
    compared(now),
  ]);
  return { figures: figures.data, totals, series, beside };
}
type Money = { dollars?: "constant"; base_year?: number };

export async function aid(now: State): Promise<Child> {
  const constant = now.get("dollars") === "constant";
  const year = Number(now.get("base_year") ?? 2023);
  const asTable = now.get("as") === "table";
  const { figures, totals, series, beside } = await loaded(
    now,
    constant ? { dollars: "constant", base_year: year } : {},
  );
  const counted = new Set(totals.data.flatMap(({ used }) => used.map(({ id }) => id)));
  const all = spans(figures, counted);
  const undated = figures.length - all.length;
  // The other corpus stands on the same page.
  const warnings = totals.meta.warnings.filter(({ code }) => code !== "other-corpus");
  return [
    <div class="bar">
      <h1>Aid in figures</h1>
      {chips("Dollars", [
        { name: "Dollars as printed", pressed: !constant, changes: { dollars: null } },
        { name: `Dollars of ${year}`, pressed: constant, changes: { dollars: "constant" } },
      ])}
      {constant && prices(year)}
      {tableSwitch(asTable, "the pictures")}
    </div>,
    <h2>What the paper says</h2>,
    template("intro-aid"),
    asTable
      ? tableOf(figures, counted)
      : [template("legend-aid"), responsive((width) => picture(all, width, yearsOf(series)))],
    !asTable && undated > 0 && <p class="muted">{plural(undated, "figure")} without a date, in the table only.</p>,
    <h2>What of the paper may be added</h2>,
    list(totals.data.map(sentence), "sums"),
    warnings.length > 0 && details(plural(warnings.length, "reservation"), list(warnings.map(({ detail }) => detail))),
    official(series, works(sourcesOf(beside)), asTable),
    comparison(now, beside, figures),
    downloads(constant ? `?dollars=constant&base_year=${year}` : ""),
  ];
}

function downloads(query: string): Child {
  const [figures, totals] = [`${base}/v1/aid${query}`, `${base}/v1/aid/totals${query}`];
  const series = `${base}/v1/aid/series?corpus=official&group_by=category${query.replace("?", "&")}`;
  const sheets = (address: string): Child => files(address, ["xlsx", "csv"]);
  return source(
    totals,
    ["The paper's figures as ", sheets(figures), "; their sums as ", sheets(totals)],
    ["; the official series as ", sheets(series)],
  );
}
