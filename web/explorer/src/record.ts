// One record: what it says, on what authority, what the editors remark, what it is tied to, what changed, and how to cite it.
import { groups } from "d3-array";
import { base, client, failure, ok, type Schemas } from "./api.js";
import { fill, h, type Child } from "./dom.js";
import { button, details, key, link, list, listed, outside, quiet, terms, type Term } from "./parts.js";
import { href } from "./state.js";
import { author, capital, dateWords, dollars, plural, qualified, reference, spoken } from "./words.js";

type AnyRecord = Schemas["AnyRecordList"]["data"][number];

const INCLUDE = ["actors", "references", "themes", "events", "related"] as const;

async function fetched(id: string) {
  const query = { id: [id], include: [...INCLUDE] };
  const [{ data, meta, included }, vocabulary] = await Promise.all([
    ok(client.GET("/v1/records", { params: { query } })),
    ok(client.GET("/v1/vocabulary", {})),
  ]);
  const [one] = data;
  if (!one) throw failure("Not found", `${id}: ${meta.missing[0]?.detail ?? ""}`, false);
  const eras = vocabulary.data.find(({ name }) => name === "era")?.values ?? [];
  return { one, works: included?.references ?? [], known: Object.values(included ?? {}).flat(), eras };
}

const nameOf = (one: AnyRecord): string => (one.type === "actor" ? one.name : (one.title ?? one.id));

// A link to a record by its id, with its name where that is known.
type Links = (id: string | null, otherwise?: string) => Child;

const section = (title: string, ...children: Child[]): Child => h("section", h("h3", title), children);
const some = (items?: Child[], laid: (items: Child[]) => Child = listed): Child => items?.length && laid(items);
const shown = (filter: string, id: string, text: string): Child =>
  h("a", { href: href({ record: null, [filter]: id, nature: "all" }, "timeline") }, text);

const BASIS = {
  printed: "as the source prints it",
  inferred: "inferred from the source",
  curator: "supplied by the editors",
};

const figure = ({ qualifier, value, unit, group, measure, label }: Schemas["Event"]["figures"][number]): string =>
  `${qualified(qualifier)}${value?.toLocaleString("en") ?? ""} ${unit ?? group ?? ""} ${measure === "other" ? label : measure}`;

export const periodOf = ({
  fiscal_year_start,
  fiscal_year_end,
  period_edtf,
  act_edtf,
}: Schemas["AidFigure"]): string =>
  fiscal_year_start ? `Fiscal years ${fiscal_year_start} to ${fiscal_year_end}` : dateWords(period_edtf ?? act_edtf);

// What there is to say of a record, field by field.
function facts(one: AnyRecord, to: Links): Term[] {
  const event = one.type === "event" ? one : null;
  const aid = one.type === "aid-figure" ? one : null;
  const actor = one.type === "actor" ? one : null;
  const work = one.type === "reference" ? one : null;
  const theme = one.type === "theme" ? one : null;
  const kind = event ?? actor ?? theme;
  const roles = event?.actors.map(({ id, role }) => [to(id, "actors"), quiet(` ${spoken(role).toLowerCase()}`)]);
  const held = actor?.offices.map(({ title, term_edtf }) => [
    h("bdi", title),
    quiet(term_edtf && `, ${dateWords(term_edtf)}`),
  ]);
  const all: Term[] = [
    [
      "Date",
      event && [
        dateWords(event.date_edtf, event.date_extent),
        quiet(event.date_basis && `, ${BASIS[event.date_basis]}`),
      ],
    ],
    ["Amount", aid && h("strong", capital(qualified(aid.qualifier) + dollars(aid.amount_usd)))],
    ["Stage", aid && `${spoken(aid.stage)}, ${aid.category}`],
    ["Period", aid && periodOf(aid)],
    ["Span", one.type === "era" && dateWords(one.span_edtf)],
    ["Kind", kind && [spoken(kind.kind), event?.nature && `, ${event.nature}`]],
    ["Trend", event?.trend && key(event.trend, spoken(event.trend))],
    ["Status", event && event.status !== "reported" && spoken(event.status)],
    ["Era", event && to(event.era, "eras")],
    ["Actors", some(roles, list)],
    ["Figures", some(event?.figures.map(figure))],
    ["Themes", some(event?.themes.map((id) => to(id, "themes")))],
    ["From", aid && to(aid.donor, "actors")],
    ["To", aid && to(aid.recipient, "actors")],
    ["Event", aid && to(aid.event)],
    ["Part of", actor && to(actor.parent, "actors")],
    ["Also", some(actor?.aliases.map((alias) => h("span", alias)))],
    ["Offices", some(held, list)],
    ["Shared with", actor && shown("actor", one.id, `${plural(one.counts["events"] ?? 0, "event")} on the timeline`)],
    ["Shown", theme && shown("theme", one.id, "On the timeline")],
    ["Cited as", work && reference(work)],
    ["In the paper", work?.cited_in.join(", ")],
    ["Standing", work && spoken(work.status)],
    ["DOI", work?.doi && outside(`https://doi.org/${work.doi}`, work.doi)],
    ["Address", work?.work_url && outside(work.work_url)],
    [
      "Carries",
      work && some(Object.entries(one.counts).flatMap(([name, count]) => (count > 0 ? `${count} ${name}` : []))),
    ],
  ];
  return all.filter(([, value]) => value);
}

// Each work once, with all its places.
function cited({ citations }: AnyRecord, works: Schemas["Reference"][]): Child {
  const work = (id: string, say: typeof reference): Child =>
    listed(works.filter((one) => one.id === id).map((one) => link(`references/${id}`, say(one))));
  const place = ({ stance, locator, supports }: Schemas["Citation"]): string => {
    const fields = supports.map((name) => spoken(name.replace("_edtf", "")).toLowerCase()).join(", ");
    return ` ${capital(stance)} it at ${locator}${fields && `, for ${fields}`}.`;
  };
  const all = groups(
    citations,
    ({ reference }) => reference,
    ({ via }) => via ?? "",
  );
  const items = all.flatMap(([id, routes]) =>
    routes.map(([via, own]) => [
      work(id, reference),
      quiet(own.map(place), via && [" Known through ", work(via, author), "."]),
    ]),
  );
  return items.length > 0 && section("Sources", list(items, "citations"));
}

function remarks({ notes }: AnyRecord, to: Links): Child {
  const one = ({ code, text, printed, related }: Schemas["Note"]): Child => [
    h("strong", spoken(code)),
    ` ${text}`,
    printed && [" Printed: ", h("q", printed)],
    related.length > 0 && [" See ", listed(related.map((id) => to(id))), "."],
  ];
  const weighty = notes.filter(({ weight }) => weight === "substantive").map(one);
  const light = notes.filter(({ weight }) => weight !== "substantive").map(one);
  const more = light.length > 0 && details(plural(light.length, "editorial note"), list(light));
  return notes.length > 0 && section("Notes", weighty.length > 0 && list(weighty, "notes"), more);
}

const BACKWARDS = new Map([
  ["part-of", "Includes"],
  ["leads-to", "Follows from"],
  ["responds-to", "Answered by"],
]);

function relations(one: AnyRecord, to: Links): Child {
  if (one.type !== "event" && one.type !== "aid-figure") return null;
  const forth = one.relations.map(({ type, target, note }) => [
    quiet(`${spoken(type)} `),
    to(target),
    quiet(note && `. ${note}`),
  ]);
  const back = one.incoming_relations.map(({ type, source }) => [
    quiet(BACKWARDS.get(type) ?? spoken(type), " "),
    to(source),
  ]);
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

// A citation in its forms, to copy.
export const forms = ({ text, bibtex, ris, csl }: Schemas["CitationForms"]): Child =>
  Object.entries({ Text: text, BibTeX: bibtex, RIS: ris, CSL: JSON.stringify(csl, null, 1) }).map(form);

// How to cite PATH of the service.
async function cite(path: string): Promise<Child> {
  const { data } = await ok(client.GET("/v1/cite", { params: { query: { url: path } } }));
  const mark = quiet(`, ${plural(data.records, "record")}, SHA-256 ${data.digest.value.slice(0, 16)}…`);
  return [h("p", h("a", { href: data.url }, "Permanent address"), mark), forms(data.citation)];
}

// A value of a field as a reader can compare it.
const valueWords = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value ?? undefined, null, 1) ?? "nothing");

function change({ release, change, time, editor, reason, differences, fields }: Schemas["Change"]): Child {
  const values = ({ old, new: now }: (typeof differences)[number]): Child => [
    h("del", valueWords(old)),
    h("ins", valueWords(now)),
  ];
  const rows = differences.map((each): Term => [each.field, values(each)]);
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
  const { one, works, known, eras } = await fetched(id);
  const to: Links = (other, kind = one.type === "aid-figure" ? "aid" : "events") => {
    const found = known.find((each) => each.id === other);
    const name = found ? nameOf(found) : (eras.find(({ value }) => value === other)?.title ?? spoken(other ?? ""));
    return other && link(found?.url.replace("/v1/", "") ?? `${kind}/${other}`, name);
  };
  const summary = ("summary" in one && one.summary) || ("description" in one && one.description);
  const type = h("p.muted", one.type === "reference" ? "Source" : spoken(one.type));
  const revision = quiet(` Revision ${one.revision}, ${one.updated_at.slice(0, 10)}`);
  return [
    h("header", type, closing(), h("h2", { tabindex: -1 }, nameOf(one))),
    summary && h("p.lead", summary),
    terms(facts(one, to)),
    cited(one, works),
    remarks(one, to),
    relations(one, to),
    later("History", () => history(id)),
    later("Cite", () => cite(one.url)),
    h("p.files", h("a", { href: base + one.url }, "Open in the API"), revision),
  ];
}
