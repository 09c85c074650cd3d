// Dates, sums and closed values in words.
import type { Schemas } from "./api.js";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

// A date of EDTF that is no interval.
function point(text: string): string {
  const about = /[~?%]$/.test(text);
  const [, year = "", month, day] = /^(-?[\dX]{4,})(?:-(\d\d|XX))?(?:-(\d\d|XX))?/.exec(text) ?? [];
  const said = /^\d{3}X$/.test(year)
    ? `the ${year.slice(0, 3)}0s`
    : /^\d\dXX$/.test(year)
      ? `the ${Number(year.slice(0, 2)) + 1}th century`
      : year;
  const name = month && month !== "XX" ? MONTHS[Number(month) - 1] : undefined;
  return [about && "about", day && day !== "XX" && Number(day), name, said].filter(Boolean).join(" ");
}

export function dateWords(edtf: string | null, extent?: Schemas["NullableDateExtent"]): string {
  if (!edtf) return "Undated";
  const set = /^[[{](.*)[\]}]$/.exec(edtf);
  if (set?.[1])
    return `one of ${set[1]
      .split(",")
      .map((each) => (each.includes("..") ? each.split("..").map(point).join(" to ") : point(each.trim())))
      .join(", ")}`;
  const [start, end] = edtf.split("/");
  if (start === undefined || end === undefined) return capital(point(edtf));
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

export const QUALIFIERS: Record<Schemas["Qualifier"], string> = {
  "as-printed": "",
  nearly: "nearly ",
  "more-than": "more than ",
  about: "about ",
};

// Milliseconds.
export const DAY = 86400000;

export function day(text: string | null): number | null {
  return text === null ? null : Date.parse(`${text}T00:00:00Z`);
}

export const BASIS: Record<Schemas["DateBasis"], string> = {
  printed: "as the source prints it",
  inferred: "inferred from the source",
  curator: "supplied by the editors",
};

// A reference as a reader cites it, by the parts that it has.
export function reference(record: Schemas["Reference"]): string {
  const end = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
  const place = [
    record.container,
    [record.volume, record.issue && `(${record.issue})`].filter(Boolean).join(""),
    record.pages,
    record.publisher,
  ]
    .filter(Boolean)
    .join(", ");
  return [
    `${record.creators ?? "Anonymous"} (${record.year ?? "n.d."}).`,
    record.title && end(record.title),
    place && end(place),
  ]
    .filter(Boolean)
    .join(" ");
}

export function shortly(record: Schemas["Reference"]): string {
  const [first = "Anonymous", ...more] = (record.creators ?? "Anonymous").split("; ");
  return `${first.split(",")[0]}${more.length > 1 ? " et al." : more[0] ? ` and ${more[0].split(",")[0]}` : ""} (${record.year ?? "n.d."})`;
}
