// Official records beside the paper: their yearly series, a picture for each stage; and what of the two may be compared.
import { plot, rectY, ruleY } from "@observablehq/plot";
import { absolute, also, client, ok, type Schemas } from "./api.js";
import { h, template, type Child } from "./dom.js";
import { empty, files, inTime, key, legend, link, listed, pick, quiet, responsive, source, table } from "./parts.js";
import { href, type State } from "./state.js";
import { day, DAY, dollars, qualified, spoken } from "./words.js";

type Row = Schemas["AidComparison"];
type Money = { dollars?: "constant"; base_year?: number };
export type Official = Awaited<ReturnType<typeof asked>>;
type Column = Official["all"][number];
const STAGES = { committed: "Obligations", appropriated: "Appropriations", reimbursed: "Reimbursements of costs" };
const KEYS = { economic: "Economic", military: "Military or security", reimbursement: "Reimbursement", mixed: "Mixed" };

export async function asked(now: State, money: Money) {
  const query = { corpus: ["official" as const], group_by: ["category" as const], ...money };
  const [compared, series, vocabulary] = await Promise.all([
    ok(client.GET("/v1/aid/compare", { params: { query: {} }, ...also(now.query(["fiscal_year"])) })),
    ok(client.GET("/v1/aid/series", { params: { query } })),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const reasons = vocabulary.data.find(({ name }) => name === "incomparable_reason")?.values ?? [];
  // The columns of a picture: what is known of a year, a stage and a category.
  const all = series.data.flatMap(({ fiscal_year, date_start, date_end, values }) => {
    const [year, start, end] = [fiscal_year ?? "", day(date_start) ?? 0, (day(date_end) ?? 0) + DAY];
    return values.map((value) => ({ ...value, year, start, end, amount: value.amount_usd ?? 0 }));
  });
  const years = [Math.min(...all.map(({ start }) => start)), Math.max(...all.map(({ end }) => end))] as const;
  return { compared, series, reasons, all, years };
}

function picture(own: Column[], title: string, domain: readonly number[], width: number): Element {
  const tall = own[0]?.stage === "committed";
  const label = `${title}: a column for each fiscal year, at most ${dollars(Math.max(...own.map(({ amount }) => amount)))}`;
  const place = { x1: "start", x2: "end", y: "amount", insetLeft: 0.5, insetRight: 0.5, className: "columns" };
  const said = {
    fill: ({ category }: Column) => `var(--${category ?? "mixed"})`,
    title: ({ year, amount, category }: Column) => `FY${year}: ${dollars(amount)}, ${category ?? "mixed"}`,
    tip: { fill: "var(--paper)", stroke: "var(--line)" },
  };
  const drawn = plot({
    ...inTime(width, tall ? 260 : 150, label, domain),
    y: { grid: true, label: null, tickSize: 0, ticks: tall ? 5 : 3, tickFormat: (amount) => `$${amount / 1e9}B` },
    marks: [rectY(own, { ...place, ...said }), ruleY([0], { stroke: "var(--quiet)" })],
  });
  // One picture, for which the table stands; the names that Plot gives its parts say nothing.
  drawn.setAttribute("role", "img");
  for (const part of drawn.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  return drawn;
}

const yearsTable = (all: Column[]): Child =>
  table("Table of the official series", all, [
    ["Fiscal year", ({ year }) => year],
    ["Stage", ({ stage }) => spoken(stage)],
    ["Category", ({ category }) => spoken(category ?? "mixed")],
    ["Amount", ({ amount }) => dollars(amount), "number"],
    ["Figure", ({ used }) => listed(used.map(({ id, title }) => link(`aid/${id}`, title)))],
  ]);

function pictures({ all, years }: Official): Child {
  const known = Object.entries(KEYS).filter(([name]) => all.some(({ category }) => (category ?? "mixed") === name));
  const keys = known.map((each) => key(...each));
  const ofStage = ([stage, title]: [string, string]): Child => {
    const own = all.filter((column) => column.stage === stage);
    return own.length > 0 && [h("h3", title), responsive((width) => picture(own, title, years, width))];
  };
  return [legend("Categories", keys), Object.entries(STAGES).map(ofStage)];
}

function works({ compared }: Official, figures: string[]): Child {
  const own = compared.meta.sources.filter((source) => source.figures.some((figure) => figures.includes(figure)));
  return listed(own.map(({ id, title }) => link(`references/${id}`, title)));
}

export function official(own: Official, asTable: boolean): Child {
  if (own.all.length === 0) return null;
  const warnings = own.series.meta.warnings.filter(({ code }) => code !== "other-corpus");
  const left = warnings.map(({ detail, titles }) => [detail, titles && ` (${titles.join("; ")})`, " "]);
  const figures = own.all.flatMap(({ used }) => used.map(({ id }) => id));
  const shown = [asTable ? yearsTable(own.all) : pictures(own), h("p.muted", left)];
  const from = h("p", "Sources: ", works(own, figures), ".");
  return [h("h2", "What official records say"), template("intro-official"), shown, from];
}

const staged = (stage: string): Child => [" ", quiet(spoken(stage).toLowerCase())];
function figure({ figure, title, year_first, year_last, fiscal }: Row): Child {
  const years = [...new Set([year_first, year_last])].map((year) => `${fiscal ? "FY" : ""}${year}`);
  return [link(`aid/${figure}`, title), " ", quiet(year_first === null ? "Undated" : years.join(" to "))];
}

function sum({ official_usd, official_stage, with_reimbursed_usd, url }: Row): Child {
  const amount = official_usd === null ? "None" : dollars(official_usd);
  const more = with_reimbursed_usd !== null && [" ", quiet(`(${dollars(with_reimbursed_usd)} with reimbursements)`)];
  return [url ? h("a", { href: absolute(url) }, amount) : amount, more, official_stage && staged(official_stage)];
}

function verdict({ comparable, reasons }: Row, own: Official): Child {
  const meant = (reason: string) => own.reasons.find(({ value }) => value === reason)?.definition ?? spoken(reason);
  const said = reasons.map((name) => [". ", h("span", { "data-reason": name }, meant(name))]);
  return comparable ? "Comparable" : [h("strong", "Not comparable"), said, "."];
}

const signed = (amount: number): string => `${amount < 0 ? "−" : "+"}${dollars(Math.abs(amount))}`;
const percent = (share: number): string => share.toLocaleString("en", { style: "percent", maximumFractionDigits: 2 });
const comparedTable = (own: Official): Child =>
  table("Table of the paper's figures beside official sums", own.compared.data, [
    ["Figure of the paper", figure],
    ["The paper", (row) => [qualified(row.qualifier), dollars(row.amount_usd), staged(row.stage)], "number"],
    ["Official sum", sum, "number"],
    ["Difference", ({ difference_usd }) => (difference_usd === null ? "–" : signed(difference_usd)), "number"],
    ["Share", ({ share }) => (share === null ? "–" : percent(share)), "number"],
    ["Like with like", (row) => verdict(row, own), "words"],
    ["Official source", (row) => works(own, row.official_figures), "words"],
  ]);

// The years of the paper's figures to choose from, and those of the address where they are others.
function choice(figures: Schemas["AidFigure"][], now: string): Child {
  const spans = figures.map(({ fiscal_year_start, fiscal_year_end, date_start, date_end }) => {
    const [first, last] = [fiscal_year_start ?? date_start?.slice(0, 4), fiscal_year_end ?? date_end?.slice(0, 4)];
    return first === last ? `${first ?? ""}` : `${first}/${last}`;
  });
  const years = [...new Set([...spans, now])].filter(Boolean).sort();
  const options = years.map((each): [string, string] => [each, each.replace("/", " to ")]);
  return pick("Years", "fiscal_year", [["", "All"], ...options], now);
}

export function comparison(now: State, own: Official, figures: Schemas["AidFigure"][]): Child {
  const { data, links } = own.compared;
  const address = absolute(links.self);
  const anyYear = h("a", { href: href({ fiscal_year: null }) }, "Compare those of all years");
  const years = choice(figures, now.get("fiscal_year") ?? "");
  const bar = h("div.bar", h("h2", "The paper beside official records"), years);
  const none = data.length === 0 && empty("No figure of the paper is of these years", anyYear);
  const last = source(address, "This table as ", files(address, ["xlsx", "csv"]));
  return h("section.compared", bar, template("intro-compare"), none || comparedTable(own), last);
}
