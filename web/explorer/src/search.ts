// Search as one types, over all collections: a list below the field, by keyboard as by pointer.
import { client, collectionOf, ok, type Schemas } from "./api.js";
import { fill, h, marked } from "./dom.js";
import { go, href, state } from "./state.js";
import { spoken } from "./words.js";

const WAIT = 120;

export function search(): HTMLElement {
  const list = h("ul", { id: "found", role: "listbox", "aria-label": "Records found", hidden: true });
  const told = h("p", { class: "hidden", role: "status" });
  const input = h("input", {
    type: "search",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "found",
    "aria-autocomplete": "list",
    "aria-label": "Search all records",
    placeholder: "Search events, people, sources",
    autocomplete: "off",
    spellcheck: "false",
    value: state().get("q") ?? "",
  });
  let at = -1;
  let timer = 0;
  let asked = 0;

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];
  function choose(next: number): void {
    const all = options();
    at = all.length > 0 ? (next + all.length + 1) % (all.length + 1) : -1;
    if (at === all.length) at = -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    all[at]?.scrollIntoView({ block: "nearest" });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", all[at]?.id ?? "");
  }
  function close(): void {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }
  function hit(each: Schemas["Hit"], i: number): HTMLElement {
    const where = each.highlights?.title ?? each.title ?? each.id;
    const more = each.highlights?.title
      ? null
      : (each.highlights?.summary ?? each.highlights?.names ?? each.highlights?.notes);
    return h(
      "li",
      {
        role: "option",
        id: `hit-${i}`,
        "aria-selected": "false",
        "data-record": `${collectionOf(each.type)}/${each.id}`,
        pointerdown: (event) => {
          event.preventDefault();
          open(i);
        },
      },
      h("span", { class: "muted" }, spoken(each.type), each.year !== null && h("small", ` ${each.year}`)),
      h("span", { dir: "auto" }, marked(where)),
      more && h("small", { dir: "auto" }, marked(more)),
    );
  }
  // The nearest spelling that finds something: the first of the list, so that it is one click or two keys away.
  const meant = (spelling: string): HTMLElement =>
    h(
      "li",
      {
        role: "option",
        id: "hit-0",
        class: "meant",
        "aria-selected": "false",
        "data-spelling": spelling,
        pointerdown: (event) => {
          event.preventDefault();
          open(0);
        },
      },
      h("span", "Did you mean ", h("strong", { dir: "auto" }, spelling), "?"),
    );
  function open(i: number): void {
    const { record: chosen, spelling } = options()[i]?.dataset ?? {};
    if (spelling) {
      input.value = spelling;
      return void ask();
    }
    close();
    if (chosen) go({ record: chosen });
    else if (state().view === "timeline") go({ q: input.value.trim() || null, nature: "all" });
    else location.hash = href({ q: input.value.trim() || null, nature: "all" }, "timeline");
  }
  async function ask(): Promise<void> {
    const mine = ++asked;
    const q = input.value.trim();
    if (!q) return close();
    try {
      const { data, meta } = await ok(client.GET("/v1/search", { params: { query: { q, prefix: true, limit: 12 } } }));
      if (mine !== asked) return;
      if (data.length > 0) fill(list, data.map(hit));
      else
        fill(
          list,
          h("li", { role: "presentation", class: "muted nothing" }, "Nothing found"),
          meta.suggestion && meant(meta.suggestion),
        );
      fill(told, meta.suggestion ? `Nothing found. Did you mean ${meta.suggestion}?` : `${meta.total} found`);
    } catch (fault) {
      fill(
        list,
        h(
          "li",
          { role: "presentation", class: "problem nothing" },
          fault instanceof Error ? fault.message : String(fault),
        ),
      );
    }
    list.hidden = false;
    at = -1;
    input.setAttribute("aria-expanded", "true");
  }
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), WAIT);
    if (!input.value && state().get("q")) go({ q: null });
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at < 0 ? options().length - 1 : at - 1);
    else if (event.key === "Enter") open(at);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", () => {
    if (document.activeElement !== input) input.value = state().get("q") ?? "";
  });
  return h("div", { class: "search", role: "search" }, input, list, told);
}
