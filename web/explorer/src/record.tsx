// One record: what it says, on what authority, what the editors remark, what it is tied to, what changed, and how to cite it.
import { group } from "d3-array";
import { also, base, client, collectionOf, messageOf, ok, type Collection, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { button, details, key, link, list, listed, outside, quiet, terms } from "./parts.js";
import { href } from "./state.js";
import { capital, dateWords, dollars, qualified, reference, shortly, spoken } from "./words.js";

type Work = Schemas["Reference"];

// What is asked for with a record: the records that it names.
const WITH: Record<Collection, string> = {
  events: "references,themes,related",
  aid: "references,actors,events,related",
  actors: "references,related",
  references: "related",
  eras: "references,related",
  themes: "references,related",
};
const fetched = (collection: Collection, id: string) =>
  ok(client.GET(`/v1/${collection}/{id}`, { params: { path: { id } }, ...also(`include=${WITH[collection]}`) }));
const history = (collection: Collection, id: string) =>
  ok(client.GET(`/v1/${collection}/{id}/revisions`, { params: { path: { id } } }));
type AnyRecord = Awaited<ReturnType<typeof fetched>>["data"];
const nameOf = (record: AnyRecord): string => (record.type === "actor" ? record.name : (record.title ?? record.id));

// Links to records by their ids, with the names that are known.
type Links = (id: string | null, otherwise?: Collection) => Child;

function links(known: AnyRecord[]): Links {
  const found = new Map(known.map((one) => [one.id, one]));
  return (id, otherwise = "events") => {
    const one = found.get(id ?? "");
    return id && link(one ? collectionOf(one.type) : otherwise, id, one && nameOf(one));
  };
}

const facts = (rows: [name: string, value: Child][]): Child => terms(rows.filter(([, value]) => value));
const section = (title: string, ...children: Child[]): Child => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
);
const some = (items: Child[], laid = listed): Child => items.length > 0 && laid(items);
const shown = (filter: string, id: string, text: string): Child => (
  <a href={href({ record: null, [filter]: id, nature: "all" }, "timeline")}>{text}</a>
);

const BASIS: Record<Schemas["DateBasis"], string> = {
  printed: "as the source prints it",
  inferred: "inferred from the source",
  curator: "supplied by the editors",
};

const figure = ({ qualifier, value, unit, group, measure, label }: Schemas["Event"]["figures"][number]): string =>
  `${qualified(qualifier)}${value?.toLocaleString("en") ?? ""} ${unit ?? group ?? ""} ${measure === "other" ? label : measure}`;

function eventFacts(one: Schemas["Event"], to: Links): Child {
  const actor = ({ id, name, role }: (typeof one.actors)[number]): Child => [
    link("actors", id, name),
    quiet(` ${spoken(role).toLowerCase()}`),
  ];
  return facts([
    ["Date", [dateWords(one.date_edtf, one.date_extent), one.date_basis && quiet(`, ${BASIS[one.date_basis]}`)]],
    ["Kind", [spoken(one.kind), one.nature && `, ${one.nature}`]],
    ["Trend", one.trend && key(one.trend, spoken(one.trend))],
    ["Status", one.status !== "reported" && spoken(one.status)],
    ["Era", to(one.era, "eras")],
    ["Actors", some(one.actors.map(actor), list)],
    ["Figures", some(one.figures.map(figure))],
    ["Themes", some(one.themes.map((id) => to(id, "themes")))],
  ]);
}

export const periodOf = (one: Schemas["AidFigure"]): string | null =>
  one.fiscal_year_start === null
    ? one.period_edtf && dateWords(one.period_edtf)
    : `Fiscal years ${one.fiscal_year_start} to ${one.fiscal_year_end}`;

const aidFacts = (one: Schemas["AidFigure"], to: Links): Child =>
  facts([
    ["Amount", <strong>{capital(qualified(one.qualifier) + dollars(one.amount_usd))}</strong>],
    ["Stage", spoken(one.stage)],
    ["Category", spoken(one.category)],
    ["Period", periodOf(one)],
    ["Date", one.act_edtf && dateWords(one.act_edtf)],
    ["From", to(one.donor, "actors")],
    ["To", to(one.recipient, "actors")],
    ["Event", to(one.event)],
  ]);

function actorFacts(one: Schemas["Actor"], to: Links): Child {
  const office = ({ title, term_edtf }: (typeof one.offices)[number]): Child => [
    <bdi>{title}</bdi>,
    term_edtf && quiet(`, ${dateWords(term_edtf)}`),
  ];
  return facts([
    ["Kind", spoken(one.kind)],
    ["Part of", to(one.parent, "actors")],
    ["Also", some(one.aliases.map((alias) => <span>{alias}</span>))],
    ["Offices", some(one.offices.map(office), list)],
    ["Shared with", shown("actor", one.id, `${plural(one.counts["events"] ?? 0, "event")} on the timeline`)],
  ]);
}

const workFacts = (one: Work): Child =>
  facts([
    ["Cited as", reference(one)],
    ["In the paper", one.cited_in.join(", ")],
    ["Standing", spoken(one.status)],
    ["DOI", one.doi && outside(`https://doi.org/${one.doi}`, one.doi)],
    ["Address", one.work_url && outside(one.work_url)],
    ["Carries", some(Object.entries(one.counts).flatMap(([name, count]) => (count > 0 ? `${count} ${name}` : [])))],
  ]);

function factsOf(one: AnyRecord, to: Links): Child {
  switch (one.type) {
    case "event":
      return eventFacts(one, to);
    case "aid-figure":
      return aidFacts(one, to);
    case "actor":
      return actorFacts(one, to);
    case "reference":
      return workFacts(one);
    case "era":
      return facts([["Span", dateWords(one.span_edtf)]]);
    case "theme":
      return facts([
        ["Kind", spoken(one.kind)],
        ["Shown", shown("theme", one.id, "On the timeline")],
      ]);
  }
}

// Each work once, with all its places.
function cited({ citations }: AnyRecord, works: Work[]): Child {
  const work = (id: string, say: (work: Work) => string): Child => {
    const one = works.find((each) => each.id === id);
    return link("references", id, one && say(one));
  };
  const place = ({ stance, locator, supports }: Schemas["Citation"]): string => {
    const fields = supports.map((name) => name.replace(/_/g, " ").replace(" edtf", "")).join(", ");
    return ` ${capital(stance)} it at ${locator}${fields && `, for ${fields}`}.`;
  };
  const one = ([first, ...more]: Schemas["Citation"][]): Child =>
    first && [
      work(first.reference, reference),
      quiet([first, ...more].map(place)),
      first.via && quiet(" Known through ", work(first.via, shortly), "."),
    ];
  const all = group(citations, ({ reference, via }) => `${reference} ${via ?? ""}`);
  return all.size > 0 && section("Sources", list([...all.values()].map(one), "citations"));
}

function remarks({ notes }: AnyRecord, to: Links): Child {
  const one = ({ code, text, printed, related }: Schemas["Note"]): Child => [
    <strong>{spoken(code)}</strong>,
    ` ${text}`,
    printed && [" Printed: ", <q>{printed}</q>],
    related.length > 0 && [" See ", listed(related.map((id) => to(id))), "."],
  ];
  const weighty = notes.filter(({ weight }) => weight === "substantive").map(one);
  const light = notes.filter(({ weight }) => weight !== "substantive").map(one);
  return (
    notes.length > 0 &&
    section(
      "Notes",
      weighty.length > 0 && list(weighty, "notes"),
      light.length > 0 && details(plural(light.length, "editorial note"), list(light)),
    )
  );
}

const BACKWARDS: Record<string, string> = {
  "part-of": "Includes",
  "leads-to": "Follows from",
  "responds-to": "Answered by",
};

function relations(one: AnyRecord, to: Links): Child {
  if (one.type !== "event" && one.type !== "aid-figure") return null;
  const collection = collectionOf(one.type);
  const rows: Child[] = [
    ...one.relations.map(({ type, target, note }) => [
      quiet(`${spoken(type)} `),
      to(target, collection),
      note && quiet(`. ${note}`),
    ]),
    ...one.incoming_relations.map(({ type, source }) => [
      quiet(`${BACKWARDS[type] ?? spoken(type)} `),
      to(source, collection),
    ]),
  ];
  return rows.length > 0 && section("Related", list(rows));
}

// A part that is asked for when it is opened.
function later(title: string, load: () => Promise<Child>): Child {
  const place = <div>{quiet("Loading …")}</div>;
  const problem = (fault: unknown): Child => <p class="problem">{messageOf(fault)}</p>;
  const opened = async (): Promise<void> => {
    if (part.open) fill(place, await load().catch(problem));
  };
  const part = h("details", { class: "later", toggle: () => void opened() }, <summary>{title}</summary>, place);
  return part;
}

function copying(text: string): Child {
  const copied = (): Promise<void> => navigator.clipboard.writeText(text).then(() => fill(copy, "Copied"));
  const copy = button("Copy", () => void copied());
  return copy;
}

// A citation in its forms, to copy.
export function forms({ text, bibtex, ris, csl }: Schemas["CitationForms"]): Child {
  const all = { Text: text, BibTeX: bibtex, RIS: ris, CSL: JSON.stringify(csl, null, 1) };
  return Object.entries(all).map(([name, form]) => (
    <details class="form" open={name === "Text"}>
      <summary>{name}</summary>
      <pre tabindex={0} role="region" aria-label={name}>
        {form}
      </pre>
      {copying(form)}
    </details>
  ));
}

// How to cite PATH of the service.
async function cite(path: string): Promise<Child> {
  const { data } = await ok(client.GET("/v1/cite", { params: { query: { url: path } } }));
  return [
    <p>
      <a href={data.url}>Permanent address</a>
      {quiet(`, ${plural(data.records, "record")}, SHA-256 ${data.digest.value.slice(0, 16)}…`)}
    </p>,
    forms(data.citation),
  ];
}

// A value of a field as a reader can compare it.
function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

const difference = ({ field, old, new: now }: Schemas["Change"]["differences"][number]): [string, Child] => [
  field,
  [<del>{valueWords(old)}</del>, <ins>{valueWords(now)}</ins>],
];

const change = ({ release, change, time, editor, reason, differences, fields }: Schemas["Change"]): Child => (
  <li>
    <strong>{release}</strong> {change}
    <p class="muted">
      {time.slice(0, 10)}, {editor}. {reason}
    </p>
    {differences.length > 0 &&
      details(
        `${plural(differences.length, "field")}: ${fields.join(", ")}`,
        terms(differences.map(difference), "differences"),
      )}
  </li>
);

async function changes(collection: Collection, id: string): Promise<Child> {
  const { data } = await history(collection, id);
  return (
    <ol class="history" reversed>
      {data.reverse().map(change)}
    </ol>
  );
}

export const closing = (): Child =>
  h("a", { class: "close", href: href({ record: null }), "aria-label": "Close" }, "×");

export async function record(collection: Collection, id: string): Promise<Child> {
  const { data: one, included } = await fetched(collection, id);
  const inEra = one.type === "event" && one.era !== null;
  const eras = inEra ? (await ok(client.GET("/v1/eras", { params: { query: { limit: 100 } } }))).data : [];
  const to = links([...eras, ...Object.values(included ?? {}).flat()]);
  const summary = ("summary" in one && one.summary) || ("description" in one && one.description);
  const path = `/v1/${collection}/${id}`;
  return [
    <header>
      <p class="muted">{one.type === "reference" ? "Source" : spoken(one.type)}</p>
      {closing()}
      <h2 tabindex={-1}>{nameOf(one)}</h2>
    </header>,
    summary && <p class="lead">{summary}</p>,
    factsOf(one, to),
    cited(one, included?.references ?? []),
    remarks(one, to),
    relations(one, to),
    later("History", () => changes(collection, id)),
    later("Cite", () => cite(path)),
    <p class="files">
      <a href={base + path}>Open in the API</a>
      {quiet(` Revision ${one.revision}, ${one.updated_at.slice(0, 10)}`)}
    </p>,
  ];
}
