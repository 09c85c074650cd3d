// The service, by its contract: types are made from it, and whatever fails is told in the service's own words.
import createClient from "openapi-fetch";
import type { components, paths } from "../contract.js";
import { state } from "./state.js";

export type Schemas = components["schemas"];
export type Collection = "events" | "aid" | "actors" | "references" | "eras" | "themes";

// The service that sent this page, or the one that ?api= names.
const given = new URLSearchParams(location.search).get("api");
export const base = (given ?? new URL(".", location.href).href).replace(/\/$/, "");
export const foreign = given !== null;

export class Failure extends Error {
  constructor(
    readonly title: string,
    readonly detail: string,
    readonly retry: boolean,
  ) {
    super(`${title}: ${detail}`);
  }
}

export const client = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: base,
  querySerializer: { array: { style: "form", explode: false } },
});

// What does not depend on a revision.
const TIMELESS = ["/v1/cite", "/v1/vocabulary"];

function pinned(address: string, path: string): string {
  const url = new URL(address);
  const asOf = state().get("as_of");
  if (asOf && path.startsWith("/v1/") && !TIMELESS.includes(path)) url.searchParams.set("as_of", asOf);
  return url.href;
}
client.use({ onRequest: ({ request, schemaPath }) => new Request(pinned(request.url, schemaPath), request) });

// An option of a request: a query from the address of the view goes to the service as it is, which judges it.
export const also = (query: string) => ({
  querySerializer: (own: Record<string, unknown>): string => {
    const parts = Object.entries(own)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) =>
          `${name}=${(Array.isArray(value) ? value : [value]).map((each) => encodeURIComponent(String(each))).join(",")}`,
      );
    return [...parts, ...(query ? [query] : [])].join("&");
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function failure(error: unknown, response: Response): Failure {
  const has = (name: string): string | undefined => {
    const value =
      error !== null && typeof error === "object"
        ? Object.entries(error).find(([key]) => key === name)?.[1]
        : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return new Failure(
    has("title") ?? `Status ${response.status}`,
    has("detail") ?? "The answer says no more.",
    response.status >= 500 || response.status === 429,
  );
}

export async function ok<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await request.catch((fault: unknown) => {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new Failure(
      navigator.onLine ? "The service cannot be reached" : "You are offline",
      navigator.onLine ? `${base} does not answer.` : "What was loaded stays; the rest comes when the network is back.",
      true,
    );
  });
  if (data === undefined) throw failure(error, response);
  return data;
}

// All records of a list, page by page; `page` gets the cursor of the next one.
export async function whole<T>(
  page: (cursor?: string) => Promise<{ data: T[]; links: { next: string | null } }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const answer = await page(cursor);
    all.push(...answer.data);
    cursor = answer.links.next ? (new URL(answer.links.next, base).searchParams.get("cursor") ?? undefined) : undefined;
    more = cursor !== undefined;
  }
  return all;
}

export const isCollection = (text: string | undefined): text is Collection =>
  text !== undefined && ["events", "aid", "actors", "references", "eras", "themes"].includes(text);

export const collectionOf = (type: Schemas["RecordType"]): Collection =>
  (
    ({
      event: "events",
      "aid-figure": "aid",
      actor: "actors",
      reference: "references",
      era: "eras",
      theme: "themes",
    }) as const
  )[type];
