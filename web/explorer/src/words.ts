// Dates, sums and closed values in words.
import type { Schemas } from "./api.js";

const MONTHS = Array.from({ length: 12 }, (_, i) => new Date(2000, i).toLocaleString("en", { month: "long" }));
// EDTF counts seasons from 21.
const SEASONS = ["spring", "summer", "autumn", "winter"];
const month = (number: number): string | undefined => MONTHS[number - 1] ?? SEASONS[number - 21];

function yearWords(year: string): string {
  if (/^\d{3}X$/.test(year)) return `the ${year.slice(0, 3)}0s`;
  return /^\d\dXX$/.test(year) ? `the ${Number(year.slice(0, 2)) + 1}th century` : year;
}

// A date of EDTF that is no interval; an X is a digit that is not known.
function point(text: string): string {
  const [, year = "", monthly = "X", daily = "X"] = /^(-?[\dX]{4,})(?:-(\d\d|XX))?(?:-(\d\d|XX))?/.exec(text) ?? [];
  const known = [
    /[~?%]$/.test(text) && "about",
    !daily.startsWith("X") && Number(daily),
    !monthly.startsWith("X") && month(Number(monthly)),
    yearWords(year),
  ];
  return known.filter(Boolean).join(" ");
}

export function dateWords(edtf: string | null, extent?: Schemas["NullableDateExtent"]): string {
  if (!edtf) return "Undated";
  const choice = /^[[{](.*)[\]}]$/.exec(edtf)?.[1];
  if (choice !== undefined) {
    const each = (one: string): string => one.trim().split("..").map(point).join(" to ");
    return `one of ${choice.split(",").map(each).join(", ")}`;
  }
  const [start = "", end] = edtf.split("/");
  if (end === undefined) return capital(point(start));
  if (end === ".." || end === "") return `${capital(point(start))} onwards`;
  if (start === ".." || start === "") return `Until ${point(end)}`;
  return extent === "within"
    ? `Some time between ${point(start)} and ${point(end)}`
    : `${capital(point(start))} to ${point(end)}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// A closed value or a slug where the service has no label for it.
export const spoken = (value: string): string => capital(value.replace(/-/g, " "));

export function dollars(amount: number): string {
  const [unit, name] = amount >= 1e9 ? [1e9, " billion"] : amount >= 1e6 ? [1e6, " million"] : [1, ""];
  return `$${(amount / unit).toLocaleString("en", { maximumFractionDigits: 3 })}${name}`;
}

// What stands before an amount.
export const qualified = (qualifier: Schemas["Qualifier"]): string =>
  qualifier === "as-printed" ? "" : `${qualifier.replace("-", " ")} `;

// Milliseconds.
export const DAY = 86400000;
export const YEAR = 365.25 * DAY;

export const day = (text: string | null): number | null => (text === null ? null : Date.parse(`${text}T00:00:00Z`));

// A reference as a reader cites it, by the parts that it has.
export function reference(record: Schemas["Reference"]): string {
  const sentence = (text: string | null): string | null => text && (/[.?!]$/.test(text) ? text : `${text}.`);
  const volume = `${record.volume ?? ""}${record.issue ? `(${record.issue})` : ""}`;
  const place = [record.container, volume, record.pages, record.publisher].filter(Boolean).join(", ");
  const author = `${record.creators ?? "Anonymous"} (${record.year ?? "n.d."}).`;
  return [author, sentence(record.title), sentence(place)].filter(Boolean).join(" ");
}

export function shortly({ creators, year }: Schemas["Reference"]): string {
  const [first = "", second = "", ...more] = (creators ?? "Anonymous").split("; ").map((name) => name.split(",")[0]);
  const others = more.length > 0 ? " et al." : second && ` and ${second}`;
  return `${first}${others} (${year ?? "n.d."})`;
}
