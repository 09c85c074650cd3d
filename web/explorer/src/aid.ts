// Aid: each figure of the paper as a span of its stage; what may be added is added by the service, which says why not the rest.
import { barX, plot, text } from "@observablehq/plot";
import { group } from "d3-array";
import { base, client, ok, type Schemas } from "./api.js";
import { h, template, type Child } from "./dom.js";
import { asked, comparison, official } from "./official.js";
import { chips, chosen, details, files, inTime, link, list, responsive, source, table, tableLink } from "./parts.js";
import { go, href, type State } from "./state.js";
import { dateWords, day, DAY, dollars, plural, qualified, spoken } from "./words.js";

type Figure = Schemas["AidFigure"];
type Span = ReturnType<typeof spans>[number];
const STAGES: Schemas["Stage"][] = ["committed", "appropriated", "disbursed", "reimbursed", "suspended", "cut"];
const COLOURS: Record<string, string> = { reimbursed: "neutral", suspended: "divergence", cut: "divergence" };
const amountWords = ({ qualifier, constant, amount_usd }: Figure): string =>
  qualified(qualifier) + dollars(constant?.amount_usd ?? amount_usd);

// The dated figures, by stage and time, with what is written at each.
function spans(figures: Figure[], counted: Set<string>) {
  const own = figures.flatMap((figure) => {
    const [start, end] = [day(figure.date_start), day(figure.date_end)];
    const words = `${amountWords(figure)}, ${figure.category}${counted.has(figure.id) ? "" : " (not added)"}`;
    return start === null || end === null ? [] : { ...figure, start, end: end + DAY, words };
  });
  return own.sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || a.start - b.start);
}

function picture(all: Span[], counted: Set<string>, width: number, domain: readonly number[]): Element {
  const rows = [...group(all, ({ stage }) => stage)].flatMap(([stage, own]) => [stage, ...own.map(({ id }) => id)]);
  const stages = STAGES.filter((stage) => rows.includes(stage));
  const [from = 0, to = 0] = domain;
  const isLate = ({ start }: Span): boolean => start >= from + (to - from) * 0.7;
  const amount = { y: "id", text: "words", dy: -7, fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 4 };
  const head = { x: from, y: (stage: string) => stage, text: spoken, fontWeight: 650, fill: "var(--ink)", dy: 8 };
  const colour = ({ stage }: Span): string => `var(--${COLOURS[stage] ?? "convergence"})`;
  const place = { x1: "start", x2: "end", y: "id", fill: colour, stroke: colour, insetTop: 22, insetBottom: 6, rx: 3 };
  const said = {
    fillOpacity: ({ id }: Span) => (counted.has(id) ? 0.9 : 0.12),
    href: ({ id }: Span) => href({ record: `aid/${id}` }),
    ariaLabel: ({ title, words }: Span) => `${title}: ${words}`,
  };
  const common = inTime(width, rows.length * 40 + 30, "Aid figures as spans of time, by stage", domain);
  return plot({
    ...common,
    x: { ...common.x, axis: "top", grid: true },
    y: { domain: rows, axis: null, padding: 0 },
    marks: [
      text(stages, { ...head, textAnchor: "start" }),
      barX(all, { ...place, ...said }),
      text(all, { ...amount, filter: (span: Span) => !isLate(span), x: "start", textAnchor: "start" }),
      text(all, { ...amount, filter: isLate, x: "end", textAnchor: "end" }),
    ],
  });
}

// The sentence of the service with a link in the place of the record that it names.
function because({ detail, instead, instead_title }: Schemas["AidTotal"]["left_out"][number]): Child {
  const [before, after] = detail.split(instead ?? detail + detail);
  return [before, instead !== null && after !== undefined && [link(`aid/${instead}`, instead_title ?? instead), after]];
}

function sentence({ text, used, left_out }: Schemas["AidTotal"]): Child {
  const added = used.map(({ id, title }) => ["Added: ", link(`aid/${id}`, title)]);
  const left = left_out.map((one) => ["Left out: ", link(`aid/${one.id}`, one.title), ". ", because(one)]);
  return [h("strong", text), list([...added, ...left])];
}

const periodOf = ({ fiscal_year_start: first, fiscal_year_end: last, period_edtf, act_edtf }: Figure): string =>
  first === null ? dateWords(period_edtf ?? act_edtf) : `FY${first} to FY${last}`;
const tableOf = (all: Figure[], counted: Set<string>): Child =>
  table("Table of aid figures", all, [
    ["Figure", ({ id, title }) => link(`aid/${id}`, title)],
    ["Stage", ({ stage }) => spoken(stage)],
    ["Category", ({ category }) => spoken(category)],
    ["Period", periodOf],
    ["Amount", amountWords, "number"],
    ["Added", ({ id }) => (counted.has(id) ? "Yes" : "No")],
  ]);

function downloads(query: string): Child {
  const sheets = (path: string): Child => files(`${base}/v1/aid${path}`, ["xlsx", "csv"]);
  const own = ["The paper's figures as ", sheets(query), "; their sums as ", sheets(`/totals${query}`)];
  const series = sheets(`/series?corpus=official&group_by=category${query.replace("?", "&")}`);
  return source(`${base}/v1/aid/totals${query}`, own, "; the official series as ", series);
}

export async function aid(now: State): Promise<Child> {
  const year = Number(now.get("base_year") ?? 2023);
  const constant = now.get("dollars") === "constant";
  const money = constant ? { dollars: "constant" as const, base_year: year } : {};
  const [{ data: figures }, totals, beside] = await Promise.all([
    ok(client.GET("/v1/aid", { params: { query: { limit: 500, ...money } } })),
    ok(client.GET("/v1/aid/totals", { params: { query: money } })),
    asked(now, money),
  ]);
  const counted = new Set(totals.data.flatMap(({ used }) => used.map(({ id }) => id)));
  const all = spans(figures, counted);
  const undated = figures.length - all.length;
  const rest = undated > 0 && h("p.muted", `${plural(undated, "figure")} without a date, in the table only.`);
  const drawn = responsive((width) => picture(all, counted, width, beside.years));
  // The other corpus stands on the same page.
  const warnings = totals.meta.warnings.filter(({ code }) => code !== "other-corpus").map(({ detail }) => detail);
  const change = (event: Event): void => go({ base_year: chosen(event) });
  const input = h("input", { type: "number", min: 1947, max: 2025, value: year, change });
  const prices = h("label.pick", "Prices of ", input);
  const kinds = chips("Dollars", [
    ["Dollars as printed", !constant, { dollars: null }],
    [`Dollars of ${year}`, constant, { dollars: "constant" }],
  ]);
  return [
    h("div.bar", h("h1", "Aid in figures"), kinds, constant && prices, tableLink(now, "the pictures")),
    h("h2", "What the paper says"),
    template("intro-aid"),
    now.asTable ? tableOf(figures, counted) : [template("legend-aid"), drawn, rest],
    h("h2", "What of the paper may be added"),
    list(totals.data.map(sentence), "sums"),
    warnings.length > 0 && details(plural(warnings.length, "reservation"), list(warnings)),
    official(beside, now.asTable),
    comparison(now, beside, figures),
    downloads(constant ? `?dollars=constant&base_year=${year}` : ""),
  ];
}
