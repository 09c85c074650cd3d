// Aid: each figure of the paper as a span of its stage; what may be added is added by the service, which says why not the rest.
import { barX, plot, text, type Markish } from "@observablehq/plot";
import { base, client, ok, type Schemas } from "./api.js";
import { compared, comparison, sourcesOf, works } from "./compare.js";
import { fill, h, plural, type Child } from "./dom.js";
import { official, yearsOf } from "./official.js";
import { chips, files, key, legend, list, responsive, swatch, table, tableSwitch } from "./parts.js";
import { link } from "./record.js";
import { go, href, type State } from "./state.js";
import { dateWords, day, DAY, dollars, QUALIFIERS, spoken } from "./words.js";

type Figure = Schemas["AidFigure"];
interface Span {
  figure: Figure;
  row: string;
  start: number;
  end: number;
  amount: number;
  counted: boolean;
  colour: string;
}

const STAGES: Schemas["Stage"][] = ["committed", "appropriated", "disbursed", "reimbursed", "suspended", "cut"];
const COLOURS: Record<string, string> = {
  reimbursed: "var(--neutral)",
  suspended: "var(--divergence)",
  cut: "var(--divergence)",
};
const colourOf = (stage: string): string => COLOURS[stage] ?? "var(--convergence)";
const ROW = 40;
const HALO = { fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 4 };
const YEAR = 31557600000;

const amountOf = (figure: Figure): number => figure.constant?.amount_usd ?? figure.amount_usd;
export const amountWords = (figure: Figure): string => `${QUALIFIERS[figure.qualifier]}${dollars(amountOf(figure))}`;

function spans(figures: Figure[], counted: Set<string>): Span[] {
  return figures
    .map((figure) => ({
      figure,
      row: figure.id,
      start: day(figure.date_start) ?? 0,
      end: (day(figure.date_end) ?? 0) + DAY,
      amount: amountOf(figure),
      counted: counted.has(figure.id),
      colour: colourOf(figure.stage),
    }))
    .filter(({ start }) => start !== 0)
    .sort(
      (a, b) =>
        STAGES.indexOf(a.figure.stage) - STAGES.indexOf(b.figure.stage) || a.start - b.start || b.amount - a.amount,
    );
}

function picture(all: Span[], width: number, years: [number, number] | null): Element {
  const rows = STAGES.flatMap((stage) => {
    const own = all.filter(({ figure }) => figure.stage === stage);
    return own.length > 0 ? [stage, ...own.map(({ row }) => row)] : [];
  });
  const heads = STAGES.filter((stage) => rows.includes(stage));
  // The years of the official series below, where there is room for them.
  const [from, to] =
    years && width > 700
      ? years
      : [Math.min(...all.map(({ start }) => start)) - YEAR, Math.max(...all.map(({ end }) => end)) + YEAR];
  const words = (span: Span): string =>
    `${amountWords(span.figure)}, ${span.figure.category}${span.counted ? "" : " (not added)"}`;
  const edge = from + (to - from) * (width < 600 ? 0.4 : 0.7);
  const [early, late] = [all.filter(({ start }) => start < edge), all.filter(({ start }) => start >= edge)];
  const marks: Markish[] = [
    text(heads, {
      y: (stage: string) => stage,
      x: from,
      text: (stage: string) => spoken(stage),
      textAnchor: "start",
      fontWeight: 650,
      fill: "var(--ink)",
      dy: 8,
    }),
    barX(all, {
      x1: "start",
      x2: "end",
      y: "row",
      fill: "colour",
      fillOpacity: (span: Span) => (span.counted ? 0.9 : 0.12),
      stroke: "colour",
      insetTop: 22,
      insetBottom: 6,
      rx: 3,
      href: (span: Span) => href({ record: `aid/${span.figure.id}` }),
      ariaLabel: (span: Span) => `${span.figure.title}: ${words(span)}`,
    }),
    text(early, { x: "start", y: "row", text: words, textAnchor: "start", dy: -7, ...HALO }),
    text(late, { x: "end", y: "row", text: words, textAnchor: "end", dy: -7, ...HALO }),
  ];
  return plot({
    width,
    height: rows.length * ROW + 30,
    marginLeft: years && width > 700 ? 48 : 4,
    marginRight: 8,
    marginTop: 24,
    marginBottom: 6,
    className: "plot",
    ariaLabel: "Aid figures as spans of time, by stage",
    x: { type: "utc", domain: [from, to], axis: "top", label: null, grid: true, ticks: width / 110, tickSize: 0 },
    y: { domain: rows, axis: null, padding: 0 },
    color: { type: "identity" },
    marks,
  });
}

function sentences(totals: Schemas["AidTotal"][]): Child {
  return h(
    "ul",
    { class: "sums" },
    totals.map((total) =>
      h(
        "li",
        h("strong", total.text),
        h(
          "ul",
          { class: "plain" },
          total.used.map((each) => h("li", "Added: ", link("aid", each.id, each.title))),
          total.left_out.map((each) =>
            h("li", { class: "muted" }, "Left out: ", link("aid", each.id, each.title), `. ${each.detail}`),
          ),
        ),
      ),
    ),
  );
}

const periodWords = (figure: Figure): string =>
  figure.fiscal_year_start !== null
    ? `FY${figure.fiscal_year_start} to FY${figure.fiscal_year_end}`
    : dateWords(figure.period_edtf ?? figure.act_edtf);

const tableOf = (all: Figure[], counted: Set<string>): Child =>
  table(
    "Table of aid figures",
    [
      { name: "Figure", heads: true, cell: ({ id, title }) => link("aid", id, title) },
      { name: "Stage", cell: ({ stage }) => spoken(stage) },
      { name: "Category", cell: ({ category }) => spoken(category) },
      { name: "Period", cell: periodWords },
      { name: "Amount", class: "number", cell: amountWords },
      { name: "Added", cell: ({ id }) => (counted.has(id) ? "Yes" : "No") },
    ],
    all,
  );

const INTRO =
  "Each figure covers the years that its source names, so it is drawn as a span and never stacked. Stages are kept apart: " +
  "what was committed, appropriated, reimbursed and cut does not add up.";

const colours = (): Child =>
  legend("Colours", [
    key("convergence", "Given"),
    key("neutral", "Paid back for costs"),
    key("divergence", "Suspended or cut"),
    swatch("within", "Not added: a rival or a part of another figure"),
  ]);

const prices = (year: number): Child =>
  h(
    "label",
    { class: "pick" },
    "Prices of ",
    h("input", {
      type: "number",
      min: 1947,
      max: 2025,
      value: year,
      change: ({ target }) => target instanceof HTMLInputElement && go({ base_year: target.value }),
    }),
  );

export async function aid(now: State, main: Element): Promise<void> {
  const constant = now.get("dollars") === "constant";
  const year = Number(now.get("base_year") ?? 2023);
  const money = constant ? ({ dollars: "constant", base_year: year } as const) : {};
  const query = constant ? `?dollars=constant&base_year=${year}` : "";
  const asTable = now.get("as") === "table";
  const [figures, totals, series, beside] = await Promise.all([
    ok(client.GET("/v1/aid", { params: { query: { limit: 500, ...money } } })),
    ok(client.GET("/v1/aid/totals", { params: { query: { ...money } } })),
    ok(client.GET("/v1/aid/series", { params: { query: { corpus: ["official"], group_by: ["category"], ...money } } })),
    compared(now),
  ]);
  const counted = new Set(totals.data.flatMap(({ used }) => used.map(({ id }) => id)));
  const all = spans(figures.data, counted);
  const undated = figures.data.length - all.length;
  // The other corpus stands on the same page.
  const warnings = totals.meta.warnings.filter(({ code }) => code !== "other-corpus");
  fill(
    main,
    h(
      "div",
      { class: "bar" },
      h("h1", "Aid in figures"),
      chips("Dollars", [
        { name: "Dollars as printed", pressed: !constant, changes: { dollars: null } },
        { name: `Dollars of ${year}`, pressed: constant, changes: { dollars: "constant" } },
      ]),
      constant && prices(year),
      tableSwitch(asTable, "the pictures"),
    ),
    h("h2", "What the paper says"),
    h("p", { class: "intro" }, INTRO),
    asTable ? tableOf(figures.data, counted) : [colours(), responsive((width) => picture(all, width, yearsOf(series)))],
    !asTable &&
      undated > 0 &&
      h("p", { class: "muted" }, `${plural(undated, "figure")} without a date, in the table only.`),
    h("h2", "What of the paper may be added"),
    sentences(totals.data),
    warnings.length > 0 &&
      h("details", h("summary", plural(warnings.length, "reservation")), list(warnings.map(({ detail }) => detail))),
    official(series, works(sourcesOf(beside)), asTable),
    comparison(now, beside, figures.data),
    h(
      "p",
      { class: "files" },
      "The paper's figures as ",
      files(`${base}/v1/aid${query}`, ["xlsx", "csv"]),
      "; their sums as ",
      files(`${base}/v1/aid/totals${query}`, ["xlsx", "csv"]),
      "; the official series as ",
      files(`${base}/v1/aid/series?corpus=official&group_by=category${query.replace("?", "&")}`, ["xlsx", "csv"]),
      ". ",
      h("a", { href: `${base}/v1/aid/totals${query}` }, "Open in the API"),
      ".",
    ),
  );
}
