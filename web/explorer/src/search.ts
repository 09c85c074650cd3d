// Search as one types, over all collections: a list below the field, by keyboard as by pointer.
import { client, ok, type Schemas } from "./api.js";
import { fill, h, part, type Child } from "./dom.js";
import { go, state } from "./state.js";
import { spoken } from "./words.js";

const input = part<HTMLInputElement>("[type=search]");
const list = part("#found");
let [at, timer, asked] = [-1, 0, 0];

const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];

// Goes to an option of the list; one place between the last and the first is the field itself.
function choose(next: number): void {
  const all = options();
  const places = all.length + 1;
  at = ((next + places + 1) % places) - 1;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  all[at]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", all[at]?.id ?? "");
}

function opened(open: boolean): void {
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  choose(-1);
}

const option = (i: number, choice: Record<string, string>, ...content: Child[]): Child =>
  h("li", { role: "option", id: `hit-${i}`, "aria-selected": "false", pointerdown: () => take(i) }, choice, content);
const marked = (text: string): Child =>
  text.split(/<mark>(.*?)<\/mark>/g).map((piece, i) => (i % 2 === 1 ? h("mark", piece) : piece));

function hit({ id, type, url, year, title, highlights }: Schemas["Hit"], i: number): Child {
  const more = highlights?.title ? null : (highlights?.summary ?? highlights?.names ?? highlights?.notes);
  const kind = h("span.muted", spoken(type), year !== null && h("small", ` ${year}`));
  const name = h("span", marked(highlights?.title ?? title ?? id));
  return option(i, { "data-record": url.replace("/v1/", "") }, kind, name, more && h("small", marked(more)));
}

const nothing = (text: string, kind: string): Child => h(`li.nothing.${kind}`, { role: "presentation" }, text);

function take(i: number): void {
  const { record, spelling } = options()[i]?.dataset ?? {};
  input.value = spelling ?? input.value;
  if (spelling) return void ask();
  opened(false);
  if (record) go({ record });
  else go({ q: input.value.trim(), nature: "all" }, "timeline");
}

// What is found; else the nearest spelling that finds something, one click or two keys away.
async function found(q: string): Promise<Child> {
  const { data, meta } = await ok(client.GET("/v1/search", { params: { query: { q, prefix: true, limit: 12 } } }));
  if (data.length > 0) return data.map(hit);
  const meant = h("span.meant", "Did you mean ", h("strong", meta.suggestion), "?");
  const choice = { "data-spelling": meta.suggestion ?? "" };
  return [nothing("Nothing found. ", "muted"), meta.suggestion && option(0, choice, meant)];
}

async function ask(): Promise<void> {
  const mine = ++asked;
  const q = input.value.trim();
  if (!q) return opened(false);
  const content = await found(q).catch((fault: unknown) => nothing(String(fault), "problem"));
  if (mine !== asked) return;
  fill(list, content);
  fill(part(".search [role=status]"), list.querySelector(".nothing") ? list.textContent : `${options().length} found`);
  opened(true);
}

function keyed(event: KeyboardEvent): void {
  if (event.key === "ArrowDown") choose(at + 1);
  else if (event.key === "ArrowUp") choose(at - 1);
  else if (event.key === "Enter") take(at);
  else if (event.key === "Escape" && !list.hidden) opened(false);
  else return;
  event.preventDefault();
}

function typed(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), 120);
  if (!input.value && state().get("q")) go({ q: null });
}

function shown(): void {
  if (document.activeElement !== input) input.value = state().get("q") ?? "";
}

export function searchable(): void {
  // The field keeps the focus.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("input", typed);
  input.addEventListener("blur", () => opened(false));
  input.addEventListener("keydown", keyed);
  addEventListener("hashchange", shown);
  shown();
}
