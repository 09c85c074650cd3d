// Dates, sums, counts and closed values in words.
import type { Schemas } from "./api.js";

const MONTHS = Array.from({ length: 12 }, (_, i) => new Date(2000, i).toLocaleString("en", { month: "long" }));
// EDTF counts seasons from 21.
const SEASONS = ["spring", "summer", "autumn", "winter"];
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// A closed value or a slug where the service has no label for it.
export const spoken = (value: string): string => capital(value.replace(/[-_]/g, " "));
export const plural = (count: number, one: string): string =>
  `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

// A date of EDTF that is no interval; an X is a digit that is not known.
function point(text: string): string {
  const [, year = "", monthly = "X", daily = "X"] = /^(-?[\dX]{4,})(?:-(\d\d|XX))?(?:-(\d\d|XX))?/.exec(text) ?? [];
  const years = year.replace(/^(\d{3})X$/, "the $10s").replace(/^(\d\d)XX$/, "$100 to $199");
  const month = MONTHS[Number(monthly) - 1] ?? SEASONS[Number(monthly) - 21];
  return [/[~?%]$/.test(text) && "about", Number(daily), month, years].filter(Boolean).join(" ");
}

export function dateWords(edtf: string | null, extent?: Schemas["NullableDateExtent"]): string {
  if (!edtf) return "Undated";
  const choice = /^[[{](.*)[\]}]$/.exec(edtf)?.[1]?.split(",");
  if (choice) return `One of ${choice.map((one) => one.trim().split("..").map(point).join(" to ")).join(", ")}`;
  const [from = "", to] = edtf.split("/").map(point);
  if (!from || !to) return to ? `Until ${to}` : `${capital(from)}${to === undefined ? "" : " onwards"}`;
  return extent === "within" ? `Some time between ${from} and ${to}` : capital(`${from} to ${to}`);
}

export function dollars(amount: number): string {
  const [unit, name] = amount >= 1e9 ? [1e9, " billion"] : amount >= 1e6 ? [1e6, " million"] : [1, ""];
  return `$${(amount / unit).toLocaleString("en", { maximumFractionDigits: 3 })}${name}`;
}

export const qualified = (qualifier: Schemas["Qualifier"]): string =>
  qualifier === "as-printed" ? "" : `${qualifier.replace("-", " ")} `;

// Milliseconds.
export const DAY = 86400000;
export const YEAR = 365.25 * DAY;
export const day = (text: string | null): number | null => (text === null ? null : Date.parse(`${text}T00:00:00Z`));
export const author = ({ creators, year }: Schemas["Reference"]): string =>
  `${creators ?? "Anonymous"} (${year ?? "n.d."})`;

// A reference as a reader cites it, by the parts that it has.
export function reference(work: Schemas["Reference"]): string {
  const volume = `${work.volume ?? ""}${work.issue ? `(${work.issue})` : ""}`;
  const place = [work.container, volume, work.pages, work.publisher].filter(Boolean).join(", ");
  return [author(work), work.title, place].flatMap((text) => (text ? text.replace(/([^.?!])$/, "$1.") : [])).join(" ");
}
