// What a front-end developer does with types that are generated from /openapi.json.
import createClient from "openapi-fetch";
import type { components, paths } from "./contract.js";

type Event = components["schemas"]["Event"];

const base = process.argv[2];
// Of the forms of an answer the envelope, and problems.
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: base });
const seen: Record<string, unknown> = {};

// Any of several values: a list, as the generated client sends it.
const list = await client.GET("/v1/events", {
  params: { query: { era: ["gwot", "cold-war"], kind: ["war", "operation"], limit: 5, sort: ["-date_start"] } },
});
if (list.error) throw new Error(list.error.detail);
const events: Event[] = list.data.data;
seen.request = list.response.url;
seen.eras = [...new Set(events.map((event) => event.era))];
seen.titles = events.map((event): string => event.title);
seen.total = list.data.meta.total;

// A date may be missing: the types make one ask.
seen.years = events.map((event) => (event.date_start === null ? "undated" : event.date_start.slice(0, 4)));

const record = await client.GET("/v1/events/{id}", { params: { path: { id: events[0].id } } });
seen.record = record.data?.data.id;

// Records of any collection: the types tell one from another by `type`.
const some = await client.GET("/v1/records", { params: { query: { id: ["imran-khan", events[0].id, "never-was-one"] } } });
if (some.error) throw new Error(some.error.detail);
seen.labels = some.data.data.map((each): string | null => (each.type === "actor" ? each.name : each.title));
seen.missing = some.data.meta.missing.map((each): string => `${each.id}: ${each.reason}`);

// A problem is another type than an answer.
const wrong = await client.GET("/v1/events", { params: { query: { limit: 100000 } } });
if (!wrong.error) throw new Error("a limit beyond the bound was taken");
const problem: components["schemas"]["Problem"] = wrong.error;
seen.problem = { status: problem.status, code: problem.code, culprits: problem.errors.map((each) => each.name) };

// Page by page, by the cursor.
const ids: string[] = [];
let cursor: string | undefined;
do {
  const page = await client.GET("/v1/actors", { params: { query: { limit: 20, cursor } } });
  if (page.error) throw new Error(page.error.detail);
  ids.push(...page.data.data.map((actor) => actor.id));
  cursor = page.data.links.next ? new URL(page.data.links.next, base).searchParams.get("cursor") ?? undefined : undefined;
} while (cursor);
seen.actors = ids;

console.log(JSON.stringify(seen));
