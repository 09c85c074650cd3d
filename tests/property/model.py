"""What lists must answer, told a second time: slowly, in Python, over whole lists of records."""
import calendar
import functools
import re
import unicodedata

from values import written

OPERATORS = ("not", "all", "gt", "gte", "lt", "lte", "contains", "startswith", "isnull")
# What does not choose records.
SHOWN = {"sort", "facet", "facet_sort", "evidence", "fields", "include", "limit", "offset", "cursor", "as_of", "q", "prefix", "by", "since",
         "dollars", "base_year", "group_by", "strict", "format", "bom", "min_weight"}

# The collection whose ids the values of a field are.
TARGETS = {"era": "eras", "actor": "actors", "parent": "actors", "donor": "actors", "recipient": "actors", "agency": "actors",
           "theme": "themes", "reference": "references", "event": "events"}


# Dates

def ends_of_date(text):
    """First and last day of one date of level 1, as far as readers and the dataset write them."""
    text = text.rstrip("?~%")
    year, month, day = (text.split("-") + ["", ""])[:3]
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month in ("", "XX"):
        return f"{first_year:04}-01-01", f"{last_year:04}-12-31"
    month = int(month)
    if month > 20:  # seasons, of which winter ends in the year that follows
        start = {21: 3, 22: 6, 23: 9, 24: 12}[month]
        end_year, end = (last_year, start + 2) if start < 12 else (last_year + 1, 2)
        return f"{first_year:04}-{start:02}-01", f"{end_year:04}-{end:02}-{calendar.monthrange(end_year, end)[1]}"
    if day in ("", "XX"):
        return f"{first_year:04}-{month:02}-01", f"{last_year:04}-{month:02}-{calendar.monthrange(last_year, month)[1]}"
    return (f"{first_year:04}-{month:02}-{day}",) * 2


@functools.cache
def ends_of(text):
    """First and last day that an EDTF text allows; None for an open or unknown end, and for no text."""
    if text is None:
        return None, None
    if text.startswith("["):
        members = text[1:-1].split(",")
        days = [ends_of_date(member.strip().strip(".")) for member in members]
        return (None if members[0].startswith("..") else min(first for first, _ in days),
                None if members[-1].endswith("..") else max(last for _, last in days))
    if "/" not in text:
        return ends_of_date(text)
    start, end = text.split("/")
    return (None if start in ("", "..") else ends_of_date(start)[0], None if end in ("", "..") else ends_of_date(end)[1])


def overlaps(record, asked):
    (start, end), (first, last) = record, asked
    if start is None and end is None:
        return False
    return (first is None or end is None or end >= first) and (last is None or start is None or start <= last)


def within(record, asked):
    (start, end), (first, last) = record, asked
    if start is None and end is None:
        return False
    return ((first is None or (start is not None and start >= first)) and
            (last is None or (end is not None and end <= last)))


def fiscal_overlap(record, asked):
    if record["fiscal_year_start"] is None:
        return False
    first, last = (asked.split("/") * 2)[:2]
    first, last = (0 if first == ".." else int(first)), (9999 if last == ".." else int(last))
    return record["fiscal_year_start"] <= last and record["fiscal_year_end"] >= first


# Fields

class Lists(dict):
    """The whole lists of a service by collection, and what the fields of their records are."""

    def __init__(self, client, **query):
        both = {"corpus": "paper,official"}
        super().__init__({name: client.records(f"/v1/{name}", query | more) for names, more in
                          ((("events", "aid", "actors", "references"), both), (("eras", "themes"), {})) for name in names})
        self.by_id = {name: {record["id"]: record for record in records} for name, records in self.items()}

    def holders(self, collection, held, path):
        """The ids of the records of COLLECTION of which PATH gives HELD."""
        return [record["id"] for record in self[collection] if held in path(record)]

    def value(self, collection, field, record):
        """What FIELD holds in RECORD: a value, None, or a list of values."""
        cited = {"reference": "reference", "locator": "locator"}
        if field in cited and field not in record:
            return [citation[cited[field]] for citation in record["citations"]]
        if field == "note":
            return [note["code"] for note in record["notes"]]
        if field == "note_weight":
            return [note["weight"] for note in record["notes"] if note["weight"]]
        if field == "identifier":
            return [identifier["value"] for identifier in record["identifiers"]]
        if (collection, field) == ("events", "side"):
            return record["sides"]
        if field == "theme":
            return record["themes"]
        if (collection, field) == ("events", "actor"):
            return [actor["id"] for actor in record["actors"]]
        if (collection, field) == ("aid", "actor"):
            return [record[key] for key in ("donor", "recipient", "agency") if record[key]]
        if (collection, field) == ("actors", "event"):
            return self.holders("events", record["id"], lambda event: [actor["id"] for actor in event["actors"]])
        if collection == "references" and field in ("event", "aid", "actor"):
            other = {"event": "events", "aid": "aid", "actor": "actors"}[field]
            return self.holders(other, record["id"], lambda each: [c["reference"] for c in each["citations"]])
        return record[field]

    def ends(self, collection, record):
        """The days between which a record lies."""
        if collection == "aid":
            return ends_of(record["period_edtf"] or record["act_edtf"])
        return ends_of(record["span_edtf"] if collection == "eras" else record["date_edtf"])

    def matches(self, collection, name, value, record):
        """Whether RECORD passes the filter NAME=VALUE."""
        if name == "corpus":
            return record["corpus"] in value
        if name == "date":
            return overlaps(self.ends(collection, record), ends_of(value))
        if name == "date__within":
            return within(self.ends(collection, record), ends_of(value))
        if name == "fiscal_year":
            return fiscal_overlap(record, value)
        field, operator = split(name)
        return holds(operator, self.value(collection, field, record), value, field in ("date_start", "date_end"))

    def select(self, collection, filters, records=None):
        records = self[collection] if records is None else records
        filters = {"corpus": "paper"} | filters
        return [record for record in records
                if all(self.matches(collection, name, value, record) for name, value in filters.items())]

    def is_named(self, field):
        """Whether the values of a field are ids, of records that have names."""
        return field in TARGETS

    def label(self, collection, field, value):
        """The name of the record that a value is the id of."""
        target = TARGETS.get(field)
        record = self.by_id[target].get(value) if target else None
        return record and record["name" if target == "actors" else "title"]


def split(name):
    """The field and the operator of a parameter; "any" is the bare field."""
    field, _, operator = name.partition("__")
    return field, operator or "any"


def folded(text):
    """Neither case nor diacritics matter in texts."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()


def compare(operator, have, value, is_day):
    if have is None:
        return False
    first, last = ends_of(value) if is_day else (value, value)
    return {"gt": have > last, "gte": have >= first, "lt": have < first, "lte": have <= last}[operator]


def holds(operator, have, value, is_day):
    if operator == "isnull":
        return (have is None) == value
    if operator == "not":
        return not holds("any", have, value, is_day)
    if operator in ("gt", "gte", "lt", "lte"):
        return compare(operator, have, value, is_day)
    if operator == "contains":
        return have is not None and folded(value) in folded(have)
    if operator == "startswith":
        return have is not None and folded(have).startswith(folded(value))
    if is_day:
        return have is not None and ends_of(value)[0] <= have <= ends_of(value)[1]
    asked = value if isinstance(value, list) else [value]
    found = have if isinstance(have, list) else [have]
    return all(each in found for each in asked) if operator == "all" else any(each in found for each in asked)


# Order

def ordered(records, keys, value, tie):
    """RECORDS by KEYS, `-` for descending; what has no value comes last either way, TIE decides the rest."""
    records = sorted(records, key=tie)
    for key in reversed(keys):
        field, descending = key.removeprefix("-"), key.startswith("-")
        have = [record for record in records if value(record, field) is not None]
        lack = [record for record in records if value(record, field) is None]
        # Each pass is stable, also when it is reversed: ties keep the order of the passes before.
        records = sorted(have, key=lambda record: value(record, field), reverse=descending) + lack
    return records


def counts(values):
    """How many records have each value; a list gives each of its values once."""
    found = {}
    for value in values:
        for each in set(value) if isinstance(value, list) else [value]:
            found[each] = found.get(each, 0) + 1
    return found


def pairs_of(operation, chosen):
    """The query that says what CHOSEN, values by name, says."""
    return [pair for name, value in chosen.items() for pair in
            written(operation.query_parameters[name], value, False)]
