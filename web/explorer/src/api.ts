// The service, by its contract: types are made from it, and whatever fails is told in the service's own words.
import createClient from "openapi-fetch";
import type { components, paths } from "../contract.js";
import { state } from "./state.js";

export type Schemas = components["schemas"];

// The service that sent this page, or the one that ?api= names.
const given = new URLSearchParams(location.search).get("api");
export const base = (given ?? new URL(".", location.href).href).replace(/\/$/, "");
export const absolute = (path: string): string => new URL(path, `${base}/`).href;

// What a reader is told of a failure: its name, its message, and as `cause` whether it is worth another try.
export const failure = (name: string, message: string, retry: boolean): Error =>
  Object.assign(new Error(message, { cause: retry }), { name });

export const client = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: base,
  querySerializer: { array: { style: "form", explode: false } },
});

// What is asked of the present in any case.
const TIMELESS = ["/v1/cite", "/v1/vocabulary", "/v1/changes"];

// Each request is of the release that the address of the view names, unless it names one itself.
client.use({
  onRequest: ({ request, schemaPath }) => {
    const url = new URL(request.url);
    const asOf = state().get("as_of");
    if (asOf && !TIMELESS.includes(schemaPath) && !url.searchParams.has("as_of")) url.searchParams.set("as_of", asOf);
    return new Request(url, request);
  },
});

// An option of a request: a query from the address of the view goes to the service as it is, which judges it.
export const also = (query: string) => ({
  querySerializer: (own: Record<string, unknown>): string => {
    const asked = new URLSearchParams(query);
    for (const [name, value] of Object.entries(own)) if (value !== undefined) asked.set(name, String(value));
    return asked.toString();
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

function refused(error: unknown, { status }: Response): Error {
  const problem = new Map<string, unknown>(Object.entries(error instanceof Object ? error : {}));
  const [title, detail] = [problem.get("title") ?? `Status ${status}`, problem.get("detail")];
  return failure(String(title), String(detail ?? "The answer says no more."), status >= 500 || status === 429);
}

const unreached = (): Error =>
  navigator.onLine
    ? failure("The service cannot be reached", `${base} does not answer.`, true)
    : failure("You are offline", "What was loaded stays; the rest comes when the network is back.", true);

export async function ok<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await request.catch(() => Promise.reject(unreached()));
  if (data === undefined) throw refused(error, response);
  return data;
}

type Page<T> = { data: T[]; links: { next: string | null } };
type Cursor = { cursor?: string };

// All records of a list, page by page; `page` gets the cursor of the next one.
export async function whole<T>(page: (cursor: Cursor) => Promise<Answer<Page<T>>>, from: Cursor = {}): Promise<T[]> {
  const { data, links } = await ok(page(from));
  const cursor = links.next && new URL(links.next, base).searchParams.get("cursor");
  return cursor ? [...data, ...(await whole(page, { cursor }))] : data;
}
