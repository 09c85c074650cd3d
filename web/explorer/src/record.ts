// One record: what it says, on what authority, what the editors remark, what it is tied to, what changed, and how to cite it.
import { group } from "d3-array";
import { base, client, failure, ok, type Schemas } from "./api.js";
import { fill, h, type Child } from "./dom.js";
import { button, details, key, link, list, listed, outside, quiet, terms, type Term } from "./parts.js";
import { href } from "./state.js";
import { author, capital, dateWords, dollars, plural, qualified, reference, spoken } from "./words.js";

type AnyRecord = Schemas["AnyRecordList"]["data"][number];
const INCLUDE = ["actors", "references", "themes", "events", "related"] as const;
const fieldWords = (field: string): string => spoken(field.replace("_edtf", ""));
const nameOf = (one: AnyRecord): string => (one.type === "actor" ? one.name : (one.title ?? one.id));
const section = (title: string, ...children: Child[]): Child => h("section", h("h3", title), children);
type Told = (value: string) => Child;

// A field as it is: dates in words, addresses as links, several values in a row.
function plain(field: string, value: unknown, told: Told): Child {
  if (Array.isArray(value)) return value.length > 0 && listed(value.map((each) => plain(field, each, told)));
  if (value === null || value === undefined) return null;
  const text = String(value);
  if (field === "doi") return outside(`https://doi.org/${text}`, text);
  if (field === "trend") return key(text, spoken(text));
  return text.startsWith("http") ? outside(text) : field.endsWith("_edtf") ? dateWords(text) : told(text);
}

// The fields that are told as they are, in their order, under their own names.
const FIRST = ["kind", "nature", "trend", "status", "era", "stage", "category", "fiscal_year_start", "fiscal_year_end"];
const THEN = ["period_edtf", "act_edtf", "span_edtf", "donor", "recipient", "event", "parent", "aliases", "themes"];
const LAST = ["cited_in", "doi", "work_url"];
const BASIS = { printed: "as printed", inferred: "inferred from the source", curator: "supplied by the editors" };
const figure = ({ qualifier, value, unit, group, measure, label }: Schemas["Event"]["figures"][number]): string =>
  `${qualified(qualifier)}${value?.toLocaleString("en") ?? ""} ${unit ?? group ?? ""} ${measure === "other" ? label : measure}`;
const office = ({ title, term_edtf }: Schemas["Office"]): Child =>
  h("bdi", title, quiet(term_edtf && `, ${dateWords(term_edtf)}`));

function facts(one: AnyRecord, told: Told): Term[] {
  const own = new Map<string, unknown>(Object.entries(one));
  const basis = one.type === "event" && one.date_basis && quiet(`, ${BASIS[one.date_basis]}`);
  const actor = ({ id, role }: Schemas["NamedParticipation"]): Child => [told(id), quiet(` ${role.replace("-", " ")}`)];
  const filter = href({ record: null, [one.type]: one.id, nature: "all" }, "timeline");
  const isFilter = one.type === "actor" || one.type === "theme" || one.type === "reference" || one.type === "era";
  const first: Term[] = [
    ["Date", one.type === "event" && [dateWords(one.date_edtf, one.date_extent), basis]],
    ["Amount", one.type === "aid-figure" && h("strong", capital(qualified(one.qualifier) + dollars(one.amount_usd)))],
    ["Cited as", one.type === "reference" && reference(one)],
    ["Actors", one.type === "event" && list(one.actors.map(actor))],
    ["Figures", one.type === "event" && listed(one.figures.map(figure))],
    ["Offices", one.type === "actor" && list(one.offices.map(office))],
    ["Shown", isFilter && h("a", { href: filter }, `${plural(one.counts["events"] ?? 0, "event")} on the timeline`)],
  ];
  const more = [...FIRST, ...THEN, ...LAST].map((name): Term => [fieldWords(name), plain(name, own.get(name), told)]);
  return [...first, ...more].filter(([, value]) => (value instanceof Node ? value.hasChildNodes() : value));
}

// Each work once, with all its places.
function cited({ citations }: AnyRecord, works: Schemas["Reference"][]): Child {
  const work = (id: string, say: typeof reference): Child =>
    listed(works.filter((one) => one.id === id).map((one) => link(`references/${id}`, say(one))));
  const place = ({ stance, locator, supports }: Schemas["Citation"]): string => {
    const fields = supports.map((name) => fieldWords(name).toLowerCase()).join(", ");
    return ` ${capital(stance)} it at ${locator}${fields && `, for ${fields}`}.`;
  };
  const items = [...group(citations, ({ reference, via }) => `${reference} ${via ?? ""}`)].map(([key, own]) => {
    const [id = "", via] = key.split(" ");
    return [work(id, reference), quiet(own.map(place), via && [" Known through ", work(via, author), "."])];
  });
  return items.length > 0 && section("Sources", list(items, "citations"));
}

function remarks({ notes }: AnyRecord, told: Told): Child {
  const one = ({ code, text, printed, related }: Schemas["Note"]): Child => {
    const see = related.length > 0 && [" See ", listed(related.map(told)), "."];
    return [h("strong", spoken(code)), ` ${text}`, printed && [" Printed: ", h("q", printed)], see];
  };
  const weighty = notes.filter(({ weight }) => weight === "substantive").map(one);
  const light = notes.filter(({ weight }) => weight !== "substantive").map(one);
  const more = light.length > 0 && details(plural(light.length, "editorial note"), list(light));
  return notes.length > 0 && section("Notes", weighty.length > 0 && list(weighty, "notes"), more);
}

const BACK: Record<string, string> = {
  "part-of": "Includes",
  "leads-to": "Follows from",
  "responds-to": "Answered by",
};

function relations(one: AnyRecord, told: Told): Child {
  if (one.type !== "event" && one.type !== "aid-figure") return null;
  const row = (words: string, id: string): Child => [quiet(`${words} `), told(id)];
  const forth = one.relations.map(({ type, target, note }) => [row(spoken(type), target), quiet(note && `. ${note}`)]);
  const back = one.incoming_relations.map(({ type, source }) => row(BACK[type] ?? spoken(type), source));
  return forth.length + back.length > 0 && section("Related", list([...forth, ...back]));
}

// A part that is asked for when it is opened.
function later(title: string, load: () => Promise<Child>): Child {
  const place = h("div", quiet("Loading …"));
  const problem = (fault: unknown): Child => h("p.problem", String(fault));
  const toggle = async (): Promise<void> => fill(place, await load().catch(problem));
  return h("details.later", { toggle: () => void toggle() }, h("summary", title), place);
}

function form([name, text]: [string, string]): Child {
  const copy = button("Copy", () => void navigator.clipboard.writeText(text).then(() => fill(copy, "Copied")));
  const all = h("pre", { tabindex: 0, role: "region", "aria-label": name }, text);
  return h("details.form", { open: name === "Text" }, h("summary", name), all, copy);
}

export const forms = ({ text, bibtex, ris, csl }: Schemas["CitationForms"]): Child =>
  Object.entries({ Text: text, BibTeX: bibtex, RIS: ris, CSL: JSON.stringify(csl, null, 1) }).map(form);

async function cite(path: string): Promise<Child> {
  const { data } = await ok(client.GET("/v1/cite", { params: { query: { url: path } } }));
  const mark = quiet(`, ${plural(data.records, "record")}, SHA-256 ${data.digest.value.slice(0, 16)}…`);
  return [h("p", h("a", { href: data.url }, "Permanent address"), mark), forms(data.citation)];
}

// A value of a field as a reader can compare it.
const valued = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value ?? undefined, null, 1) ?? "nothing");

function change({ release, change, time, editor, reason, differences, fields }: Schemas["Change"]): Child {
  const rows = differences.map((each): Term => [each.field, [h("del", valued(each.old)), h("ins", valued(each.new))]]);
  const all = details(`${plural(rows.length, "field")}: ${fields.join(", ")}`, terms(rows, "differences"));
  const about = h("p.muted", `${time.slice(0, 10)}, ${editor}. ${reason}`);
  return h("li", h("strong", release), ` ${change}`, about, rows.length > 0 && all);
}

async function history(id: string): Promise<Child> {
  const query = { id: [id], corpus: ["paper" as const, "official" as const] };
  const { data } = await ok(client.GET("/v1/changes", { params: { query } }));
  return h("ol.history", { reversed: true }, data.reverse().map(change));
}

export const closing = (): Child => h("a.close", { href: href({ record: null }), "aria-label": "Close" }, "×");

export async function record(id: string): Promise<Child> {
  const query = { id: [id], include: [...INCLUDE] };
  const { data, meta, included } = await ok(client.GET("/v1/records", { params: { query } }));
  const [one] = data;
  if (!one) throw failure("Not found", `${id}: ${meta.missing[0]?.detail ?? ""}`, false);
  const known = Object.values(included ?? {}).flat();
  const told: Told = (value) => {
    const other = known.find((each) => each.id === value);
    const words = /^[a-z0-9-]+$/.test(value) ? spoken(value) : value;
    return other ? link(other.url.replace("/v1/", ""), nameOf(other)) : h("bdi", words);
  };
  const summary = ("summary" in one && one.summary) || ("description" in one && one.description);
  const type = h("p.muted", one.type === "reference" ? "Source" : spoken(one.type));
  const revision = quiet(` Revision ${one.revision}, ${one.updated_at.slice(0, 10)}`);
  return [
    h("header", type, closing(), h("h2", { tabindex: -1 }, nameOf(one))),
    summary && h("p.lead", summary),
    terms(facts(one, told)),
    cited(one, included?.references ?? []),
    remarks(one, told),
    relations(one, told),
    later("History", () => history(id)),
    later("Cite", () => cite(one.url)),
    h("p.files", h("a", { href: base + one.url }, "Open in the API"), revision),
  ];
}
