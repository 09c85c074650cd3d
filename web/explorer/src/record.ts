// One record: what it says, on what authority, what the editors remark, what it is tied to, what changed, and how to cite it.
import { group } from "d3-array";
import { base, client, collectionOf, ok, type Collection, type Schemas } from "./api.js";
import { fill, h, plural, type Child } from "./dom.js";
import { key, list, listed, quiet } from "./parts.js";
import { href } from "./state.js";
import { BASIS, capital, dateWords, dollars, reference, shortly, spoken } from "./words.js";

type AnyRecord =
  | Schemas["Event"]
  | Schemas["AidFigure"]
  | Schemas["Actor"]
  | Schemas["Reference"]
  | Schemas["EraRecord"]
  | Schemas["Theme"];
const KINDS: Record<Schemas["RecordType"], string> = {
  event: "Event",
  "aid-figure": "Aid figure",
  actor: "Actor",
  reference: "Source",
  era: "Era",
  theme: "Theme",
};

// What a record names: works, and names and places of all else, by id.
interface Named {
  id: string;
  type: Schemas["RecordType"];
  name?: string;
  title?: string | null;
}
type Included = { references?: Schemas["Reference"][] } & { [collection: string]: Named[] | undefined };

async function fetched(collection: Collection, id: string): Promise<{ data: AnyRecord; included: Included | null }> {
  const path = { id };
  switch (collection) {
    case "events":
      return ok(
        client.GET("/v1/events/{id}", { params: { path, query: { include: ["references", "themes", "related"] } } }),
      );
    case "aid":
      return ok(
        client.GET("/v1/aid/{id}", {
          params: { path, query: { include: ["references", "actors", "events", "related"] } },
        }),
      );
    case "actors":
      return ok(client.GET("/v1/actors/{id}", { params: { path, query: { include: ["references", "related"] } } }));
    case "references":
      return ok(client.GET("/v1/references/{id}", { params: { path, query: { include: ["related"] } } }));
    case "eras":
      return ok(
        client.GET("/v1/eras/{id}", { params: { path: { id }, query: { include: ["references", "related"] } } }),
      );
    case "themes":
      return ok(client.GET("/v1/themes/{id}", { params: { path, query: { include: ["references", "related"] } } }));
  }
}

const history = async (collection: Collection, id: string): Promise<Schemas["Change"][]> => {
  const params = { params: { path: { id } } };
  switch (collection) {
    case "events":
      return (await ok(client.GET("/v1/events/{id}/revisions", params))).data;
    case "aid":
      return (await ok(client.GET("/v1/aid/{id}/revisions", params))).data;
    case "actors":
      return (await ok(client.GET("/v1/actors/{id}/revisions", params))).data;
    case "references":
      return (await ok(client.GET("/v1/references/{id}/revisions", params))).data;
    case "eras":
      return (await ok(client.GET("/v1/eras/{id}/revisions", { params: { path: { id } } }))).data;
    case "themes":
      return (await ok(client.GET("/v1/themes/{id}/revisions", params))).data;
  }
};

const nameOf = (record: AnyRecord): string => (record.type === "actor" ? record.name : (record.title ?? record.id));

export const link = (collection: Collection, id: string, name?: string): Child =>
  h("a", { href: href({ record: `${collection}/${id}` }), dir: "auto" }, name ?? spoken(id));

type Works = Map<string, Schemas["Reference"]>;
type Names = Map<string, { name: string; collection: Collection }>;

async function names(record: AnyRecord, included: Included | null): Promise<Names> {
  const eras =
    record.type === "event" && record.era
      ? (await ok(client.GET("/v1/eras", { params: { query: { limit: 100 } } }))).data
      : [];
  const all: Named[] = [...eras];
  for (const each of Object.values<Named[] | undefined>(included ?? {})) all.push(...(each ?? []));
  return new Map(
    all.map((each) => [
      each.id,
      { name: each.name ?? each.title ?? spoken(each.id), collection: collectionOf(each.type) },
    ]),
  );
}

const section = (title: string, ...children: Child[]): Child => h("section", h("h3", title), children);
const facts = (rows: [name: string, value: Child][]): Child =>
  h(
    "dl",
    rows
      .filter(([, value]) => value !== null && value !== "" && value !== false)
      .map(([name, value]) => [h("dt", name), h("dd", value)]),
  );

function summed(record: AnyRecord, names: Names): Child {
  const to = (collection: Collection, id: string | null): Child => id && link(collection, id, names.get(id)?.name);
  switch (record.type) {
    case "event":
      return facts([
        [
          "Date",
          [
            dateWords(record.date_edtf, record.date_extent),
            record.date_basis && quiet(`, ${BASIS[record.date_basis]}`),
          ],
        ],
        ["Kind", [spoken(record.kind), record.nature && `, ${record.nature}`]],
        ["Trend", record.trend && key(record.trend, spoken(record.trend))],
        ["Status", record.status !== "reported" && spoken(record.status)],
        ["Era", to("eras", record.era)],
        [
          "Actors",
          record.actors.length > 0 &&
            list(
              record.actors.map(({ id, name, role }) => [
                link("actors", id, name),
                quiet(` ${spoken(role).toLowerCase()}`),
              ]),
            ),
        ],
        [
          "Figures",
          record.figures.length > 0 &&
            listed(
              record.figures.map((figure) => [
                figure.qualifier === "as-printed" ? "" : `${figure.qualifier.replace("-", " ")} `,
                figure.value?.toLocaleString("en"),
                " ",
                figure.unit ?? figure.group,
                " ",
                figure.measure === "other" ? figure.label : figure.measure,
              ]),
            ),
        ],
        ["Themes", record.themes.length > 0 && listed(record.themes.map((id) => to("themes", id)))],
      ]);
    case "aid-figure":
      return facts([
        [
          "Amount",
          h(
            "strong",
            record.qualifier === "as-printed" ? "" : `${capital(record.qualifier.replace("-", " "))} `,
            dollars(record.amount_usd),
          ),
        ],
        ["Stage", spoken(record.stage)],
        ["Category", spoken(record.category)],
        [
          "Period",
          record.fiscal_year_start !== null
            ? `Fiscal years ${record.fiscal_year_start} to ${record.fiscal_year_end}`
            : record.period_edtf && dateWords(record.period_edtf),
        ],
        ["Date", record.act_edtf && dateWords(record.act_edtf)],
        ["From", to("actors", record.donor)],
        ["To", to("actors", record.recipient)],
        ["Event", to("events", record.event)],
      ]);
    case "actor":
      return facts([
        ["Kind", spoken(record.kind)],
        ["Part of", to("actors", record.parent)],
        ["Also", record.aliases.length > 0 && listed(record.aliases.map((alias) => h("span", { dir: "auto" }, alias)))],
        [
          "Offices",
          record.offices.length > 0 &&
            list(
              record.offices.map(({ title, term_edtf }) => [
                h("bdi", title),
                term_edtf && quiet(`, ${dateWords(term_edtf)}`),
              ]),
            ),
        ],
        [
          "Shared with",
          h(
            "a",
            { href: href({ record: null, actor: record.id, nature: "all" }, "timeline") },
            `${plural(record.counts["events"] ?? 0, "event")} on the timeline`,
          ),
        ],
      ]);
    case "reference":
      return facts([
        ["Cited as", reference(record)],
        ["In the paper", record.cited_in.join(", ")],
        ["Standing", spoken(record.status)],
        ["DOI", record.doi && h("a", { href: `https://doi.org/${record.doi}`, rel: "noreferrer" }, record.doi)],
        ["Address", record.work_url && h("a", { href: record.work_url, rel: "noreferrer" }, record.work_url)],
        [
          "Carries",
          listed(
            Object.entries(record.counts)
              .filter(([, count]) => count > 0)
              .map(([name, count]) => `${count} ${name}`),
          ),
        ],
      ]);
    case "era":
      return facts([["Span", dateWords(record.span_edtf)]]);
    case "theme":
      return facts([
        ["Kind", spoken(record.kind)],
        [
          "Shown",
          h("a", { href: href({ record: null, theme: record.id, nature: "all" }, "timeline") }, "On the timeline"),
        ],
      ]);
  }
}

function cited(record: AnyRecord, found: Works): Child {
  const work = (id: string, say: (work: Schemas["Reference"]) => string): Child => {
    const one = found.get(id);
    return h("a", { href: href({ record: `references/${id}` }), dir: "auto" }, one ? say(one) : id);
  };
  const place = ({ stance, locator, supports }: Schemas["Citation"]): string => {
    const fields = supports.map((name) => name.replace(/_/g, " ").replace(" edtf", ""));
    return ` ${capital(stance)} it at ${locator}${fields.length > 0 ? `, for ${fields.join(", ")}` : ""}.`;
  };
  // Each work once, with all its places.
  const works = group(record.citations, ({ reference, via }) => `${reference} ${via ?? ""}`);
  const one = (all: Schemas["Citation"][]): Child => {
    const [first] = all;
    if (!first) return null;
    return [
      work(first.reference, reference),
      quiet(all.map(place)),
      first.via && quiet(" Known through ", work(first.via, shortly), "."),
    ];
  };
  return works.size > 0 && section("Sources", list([...works.values()].map(one), "citations"));
}

function remarks(record: AnyRecord, names: Names): Child {
  const weighty = record.notes.filter(({ weight }) => weight === "substantive");
  const light = record.notes.filter(({ weight }) => weight !== "substantive");
  const one = ({ code, text, printed, related }: Schemas["Note"]): Child => [
    h("strong", spoken(code)),
    " ",
    text,
    printed && [" Printed: ", h("q", { dir: "auto" }, printed)],
    related.length > 0 && [
      " See ",
      listed(related.map((id) => link(names.get(id)?.collection ?? "events", id, names.get(id)?.name))),
      ".",
    ],
  ];
  return (
    record.notes.length > 0 &&
    section(
      "Notes",
      weighty.length > 0 && list(weighty.map(one), "notes"),
      light.length > 0 && h("details", h("summary", plural(light.length, "editorial note")), list(light.map(one))),
    )
  );
}

function relations(record: AnyRecord, names: Names): Child {
  if (record.type !== "event" && record.type !== "aid-figure") return null;
  const collection = collectionOf(record.type);
  const rows = [
    ...record.relations.map(({ type, target, note }) => ({ words: spoken(type), id: target, note })),
    ...record.incoming_relations.map(({ type, source }) => ({
      words: BACKWARDS[type] ?? spoken(type),
      id: source,
      note: null,
    })),
  ];
  const one = ({ words, id, note }: (typeof rows)[number]): Child => [
    quiet(`${words} `),
    link(collection, id, names.get(id)?.name),
    note && quiet(`. ${note}`),
  ];
  return rows.length > 0 && section("Related", list(rows.map(one)));
}
const BACKWARDS: Record<string, string> = {
  "part-of": "Includes",
  "leads-to": "Follows from",
  "responds-to": "Answered by",
  "alternative-of": "Alternative of",
  overlaps: "Overlaps",
};

// A part that is asked for when it is opened.
function later(title: string, content: () => Promise<Child>): Child {
  const body = h("div", h("p", { class: "muted" }, "Loading …"));
  const load = async (): Promise<void> => {
    try {
      fill(body, await content());
    } catch (fault) {
      fill(body, h("p", { class: "problem" }, fault instanceof Error ? fault.message : String(fault)));
    }
  };
  return h(
    "details",
    {
      class: "later",
      toggle: (event) => event.target instanceof HTMLDetailsElement && event.target.open && void load(),
    },
    h("summary", title),
    body,
  );
}

// A citation in its forms, to copy.
export function forms(citation: Schemas["CitationForms"]): Child {
  const copy = (text: string): Child =>
    h(
      "button",
      {
        type: "button",
        click: (event) =>
          void navigator.clipboard
            .writeText(text)
            .then(() => event.target instanceof Element && fill(event.target, "Copied")),
      },
      "Copy",
    );
  return Object.entries({
    Text: citation.text,
    BibTeX: citation.bibtex,
    RIS: citation.ris,
    CSL: JSON.stringify(citation.csl, null, 1),
  }).map(([name, text]) =>
    h(
      "details",
      { class: "form", open: name === "Text" },
      h("summary", name),
      h("pre", { tabindex: 0, role: "region", "aria-label": name }, text),
      copy(text),
    ),
  );
}

// How to cite PATH of the service.
export const cite = (path: string): Child =>
  later("Cite", async () => {
    const { data } = await ok(client.GET("/v1/cite", { params: { query: { url: path } } }));
    return [
      h(
        "p",
        h("a", { href: data.url }, "Permanent address"),
        quiet(`, ${plural(data.records, "record")}, SHA-256 ${data.digest.value.slice(0, 16)}…`),
      ),
      forms(data.citation),
    ];
  });

// A value of a field as a reader can compare it.
const shown = (value: unknown): string =>
  value === null || value === undefined
    ? "nothing"
    : typeof value === "string"
      ? value
      : JSON.stringify(value, null, 1);

const changes = (all: Schemas["Change"][]): Child =>
  h(
    "ol",
    { class: "history", reversed: true },
    [...all].reverse().map((each) =>
      h(
        "li",
        h("strong", each.release),
        ` ${each.change}`,
        h("p", { class: "muted" }, `${each.time.slice(0, 10)}, ${each.editor}. ${each.reason}`),
        each.differences.length > 0 &&
          h(
            "details",
            h("summary", `${plural(each.differences.length, "field")}: ${each.fields.join(", ")}`),
            h(
              "dl",
              { class: "differences" },
              each.differences.map(({ field, old, new: now }) => [
                h("dt", field),
                h("dd", h("del", { dir: "auto" }, shown(old)), h("ins", { dir: "auto" }, shown(now))),
              ]),
            ),
          ),
      ),
    ),
  );

export async function record(collection: Collection, id: string, panel: HTMLElement): Promise<void> {
  const { data: one, included } = await fetched(collection, id);
  const found: Works = new Map((included?.references ?? []).map((each) => [each.id, each]));
  const known = await names(one, included);
  const summary =
    one.type === "event"
      ? one.summary
      : one.type === "actor" || one.type === "era" || one.type === "theme"
        ? one.description
        : null;
  fill(
    panel,
    h(
      "header",
      h("p", { class: "muted" }, KINDS[one.type]),
      h("a", { class: "close", href: href({ record: null }), "aria-label": "Close" }, "×"),
      h("h2", { tabindex: -1, dir: "auto" }, nameOf(one)),
    ),
    summary && h("p", { class: "lead", dir: "auto" }, summary),
    summed(one, known),
    remarks(one, known),
    cited(one, found),
    relations(one, known),
    later(`History`, async () => changes(await history(collection, id))),
    cite(`/v1/${collection}/${id}`),
    h(
      "p",
      { class: "files" },
      h("a", { href: `${base}/v1/${collection}/${id}` }, "Open in the API"),
      quiet(` Revision ${one.revision}, ${one.updated_at.slice(0, 10)}`),
    ),
  );
}
