// The official record beside the paper: real series, a column for each fiscal year and a picture for each stage.
import { plot, rectY, ruleY } from "@observablehq/plot";
import type { Schemas } from "./api.js";
import { h, template, type Child } from "./dom.js";
import { key, legend, link, list, listed, responsive, table } from "./parts.js";
import { day, DAY, dollars, spoken } from "./words.js";

export type Series = Schemas["AidSeries"];
type Column = ReturnType<typeof columns>[number];

const STAGES: Partial<Record<Schemas["Stage"], string>> = {
  committed: "Obligations",
  appropriated: "Appropriations",
  reimbursed: "Reimbursements of costs",
};
// Categories that share a colour are of different stages.
const COLOURS: Record<string, string[]> = {
  Economic: ["economic"],
  "Military or security": ["military", "security"],
  Reimbursement: ["reimbursement"],
  "Not told apart": ["mixed"],
};

// The columns of a picture: what is known of a year, a stage and a category.
function columns(series: Series) {
  return series.data.flatMap(({ fiscal_year, date_start, date_end, values }) => {
    const [start, end] = [day(date_start), day(date_end)];
    if (start === null || end === null) return [];
    return values.map(({ stage, category, amount_usd, used }) => ({
      stage,
      category: category ?? "mixed",
      year: fiscal_year ?? "",
      start,
      end: end + DAY,
      amount: amount_usd ?? 0,
      figures: used,
    }));
  });
}

// The time that a series covers.
export function yearsOf(series: Series): [number, number] | null {
  const all = columns(series);
  return all.length > 0 ? [Math.min(...all.map(({ start }) => start)), Math.max(...all.map(({ end }) => end))] : null;
}

const billions = (amount: number): string => (amount === 0 ? "0" : `$${amount / 1e9}B`);

function picture(own: Column[], title: string, years: [number, number], width: number): Element {
  const tall = own[0]?.stage === "committed";
  const most = dollars(Math.max(...own.map(({ amount }) => amount)));
  const drawn = plot({
    width,
    height: tall ? 260 : 150,
    marginLeft: 48,
    marginRight: 8,
    className: "plot",
    ariaLabel: `${title}: a column for each fiscal year, at most ${most}`,
    x: { type: "utc", domain: years, label: null, tickSize: 0, ticks: width / 110 },
    y: { grid: true, label: null, tickSize: 0, ticks: tall ? 5 : 3, tickFormat: billions },
    color: { type: "identity" },
    marks: [
      rectY(own, {
        className: "columns",
        x1: "start",
        x2: "end",
        y: "amount",
        fill: ({ category }: Column) => `var(--${category})`,
        insetLeft: 0.5,
        insetRight: 0.5,
        tip: { fill: "var(--paper)", stroke: "var(--line)" },
        title: ({ year, amount, category }: Column) => `FY${year}: ${dollars(amount)}, ${category}`,
      }),
      ruleY([0], { stroke: "var(--quiet)" }),
    ],
  });
  // One picture, for which the table stands; the names that Plot gives its parts say nothing.
  drawn.setAttribute("role", "img");
  for (const part of drawn.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  return drawn;
}

const tableOf = (all: Column[]): Child =>
  table(
    "Table of the official series",
    [
      { name: "Fiscal year", heads: true, cell: ({ year }) => year },
      { name: "Stage", cell: ({ stage }) => STAGES[stage] ?? spoken(stage) },
      { name: "Category", cell: ({ category }) => spoken(category) },
      { name: "Amount", class: "number", cell: ({ amount }) => dollars(amount) },
      { name: "Figure", cell: ({ figures }) => listed(figures.map(({ id, title }) => link("aid", id, title))) },
    ],
    all,
  );

function pictures(all: Column[], years: [number, number]): Child {
  const keys = Object.entries(COLOURS).filter(([, names]) => all.some(({ category }) => names.includes(category)));
  const ofStage = ([stage, title]: [string, string]): Child => {
    const own = all.filter((column) => column.stage === stage);
    return own.length > 0 && [<h3>{title}</h3>, responsive((width) => picture(own, title, years, width))];
  };
  return [
    legend(
      "Categories",
      keys.map(([name, [category = ""]]) => key(category, name)),
    ),
    Object.entries(STAGES).map(ofStage),
  ];
}

// What a page shows of a series: pictures, or the table that stands for them.
export function official(series: Series, sources: Child, asTable: boolean): Child {
  const all = columns(series);
  const years = yearsOf(series);
  const warnings = series.meta.warnings.filter(({ code }) => code !== "other-corpus");
  const left = warnings.map(({ detail, titles }) => [detail, titles && ` (${titles.join("; ")})`]);
  return (
    years && [
      <h2>What official records say</h2>,
      template("intro-official"),
      asTable ? tableOf(all) : pictures(all, years),
      left.length > 0 && list(left, "plain muted"),
      <p>Sources: {sources}.</p>,
    ]
  );
}
