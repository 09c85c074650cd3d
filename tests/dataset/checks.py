"""The rules that db/dataset keeps: each check takes the dataset and yields a line for every fault.

The dataset is a dict of collection name to list of records, as they stand in db/dataset/*.json. Checks
that hold the records against the paper itself take its text as well and run only where it is at hand.
"""
import calendar
import datetime
import json
import pathlib
import re

import paper

DATASET = pathlib.Path(__file__).resolve().parents[2] / "db/dataset"
SOURCE = "aslam-imran-zahid"
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RESERVED = {"totals", "series", "compare"}
REASONS = {"opinion", "repeat", "heading", "framing", "citation-only"}

KEYS = {name: keys.split() for name, keys in {
    "events": "id title summary nature kind era trend status date_edtf date_basis date_extent actors themes figures relations "
              "citations notes",
    "aid": "id title amount_usd qualifier significant_digits currency stage category era period_edtf act_edtf fiscal_year_start "
           "fiscal_year_end donor recipient agency event relations citations notes",
    "actors": "id name kind parent aliases identifiers description offices themes citations notes",
    "references": "id citekey status cited_in csl citations notes",
    "eras": "id title span_edtf position description citations notes",
    "themes": "id title kind description citations notes",
    "citation": "reference via locator stance supports",
    "note": "code weight text printed related",
    "identifier": "scheme value match",
    "office": "title of term_edtf basis",
    "figure": "measure group value unit qualifier label",
    "actor of an event": "id role",
    "relation": "type target note",
}.items()}
COLLECTIONS = list(KEYS)[:6]

QUALIFIERS = "as-printed nearly more-than about"
BASES = "printed inferred curator"
VALUES = {field: set(values.split()) for field, values in {
    "events.nature": "occurrence condition utterance judgement projection",
    "events.kind": "agreement legislation sanction aid operation attack war election removal visit statement policy "
                   "alliance withdrawal crisis founding dissolution period assessment",
    "events.trend": "convergence divergence neutral",
    "events.status": "reported disputed forecast",
    "events.date_basis": BASES,
    "events.date_extent": "throughout within",
    "aid.qualifier": QUALIFIERS,
    "aid.currency": "USD",
    "aid.stage": "appropriated committed disbursed reimbursed suspended cut",
    "aid.category": "military economic security reimbursement mixed unspecified",
    "actors.kind": "person state government-body organisation alliance armed-group programme group-of-states",
    "references.status": "listed unlisted source",
    "themes.kind": "opportunity challenge concept dimension place",
    "citation.stance": "asserts reports denies",
    "note.code": "rival-figures wrong-officeholder anachronism rumour-as-fact unlisted-citation ambiguous-citation "
                 "double-count misspelling doubtful-attribution contradiction date-inferred name-inferred printed-as official-record",
    "note.weight": "substantive editorial typographic",
    "identifier.scheme": "wikidata iso-3166",
    "identifier.match": "exact close",
    "office.basis": BASES,
    "figure.measure": "killed wounded other",
    "figure.qualifier": QUALIFIERS,
    "actor of an event.role": "actor target signatory speaker addressee in-power mediator victim affected forecaster",
    "relation of events.type": "part-of leads-to responds-to alternative-of",
    "relation of aid.type": "alternative-of part-of overlaps",
}.items()}
NULLABLE = {"events.trend", "events.date_basis", "events.date_extent"}
SYMMETRIC = {"alternative-of", "overlaps"}

CSL_TYPES = set("article-journal article-magazine article-newspaper book chapter document entry-encyclopedia "
                "post-weblog report speech webpage".split())
CSL_FIELDS = set("id type title author editor issued accessed container-title collection-title volume issue page "
                 "publisher ISSN DOI URL keyword".split())


def load(folder=DATASET):
    """The collections that exist, by name."""
    files = {name: pathlib.Path(folder) / f"{name}.json" for name in COLLECTIONS}
    return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items() if file.exists()}


def records(data):
    return ((name, record) for name, collection in data.items() for record in collection)


def parts(data):
    """(kind, owner, object) of every record and of every object within it that has keys of its own."""
    inner = (("citations", "citation"), ("notes", "note"), ("offices", "office"), ("figures", "figure"), ("identifiers", "identifier"))
    for name, record in records(data):
        yield name, record["id"], record
        for field, kind in inner:
            yield from ((kind, record["id"], part) for part in record.get(field, []))
        yield from (("relation of " + name, record["id"], part) for part in record.get("relations", []))
        if name == "events":
            yield from (("actor of an event", record["id"], part) for part in record["actors"])


# --- The form of the records

def keys(data):
    for kind, owner, part in parts(data):
        expected = KEYS[kind.split(" of ")[0] if kind.startswith("relation") else kind]
        if list(part) != expected:
            yield f"{owner}: keys of {kind} are {list(part)}, not {expected}"


def values(data):
    for kind, owner, part in parts(data):
        for field, value in part.items():
            allowed = VALUES.get(f"{kind}.{field}")
            if allowed and value not in allowed and not (value is None and f"{kind}.{field}" in NULLABLE):
                yield f"{owner}: {kind}.{field} is {value!r}"


def ids(data):
    seen = set()
    for name, record in records(data):
        id_ = record["id"]
        if not ID.fullmatch(id_) or len(id_) > 80 or id_ in RESERVED:
            yield f"{name}: {id_!r} is no id"
        if id_ in seen:
            yield f"{name}: {id_} stands twice"
        seen.add(id_)


def order(data):
    for name, collection in data.items():
        found = [record["id"] for record in collection]
        if found != sorted(found):
            yield f"{name}: not sorted by id"


# --- What a record points at

def targets(name, record):
    """(field, collections it may point into, id) of every id that a record names."""
    for citation in record["citations"]:
        yield "citation", ["references"], citation["reference"]
        yield "via", ["references"], citation["via"]
    for note in record["notes"]:
        for id_ in note["related"]:
            yield "related", COLLECTIONS, id_
    for id_ in record.get("themes", []):
        yield "theme", ["themes"], id_
    for relation in record.get("relations", []):
        yield "relation", [name], relation["target"]
    for actor in record.get("actors", []):
        yield "actor", ["actors"], actor["id"]
    for office in record.get("offices", []):
        yield "office", ["actors"], office["of"]
    for field, into in (("era", "eras"), ("parent", "actors"), ("donor", "actors"), ("recipient", "actors"), ("agency", "actors"), ("event", "events")):
        yield field, [into], record.get(field)


def resolves(data):
    known = {name: {record["id"] for record in collection} for name, collection in data.items()}
    for name, record in records(data):
        for field, into, id_ in targets(name, record):
            if id_ is not None and not any(id_ in known.get(collection, ()) for collection in into):
                yield f"{record['id']}: {field} {id_} is in none of {into}"
            if id_ == record["id"] and field in ("related", "relation"):
                yield f"{id_}: {field} to itself"
    for record in data.get("aid", []):
        if None in (record["donor"], record["recipient"]):
            yield f"{record['id']}: no donor or no recipient"


def mirrored(data):
    for name, collection in data.items():
        pairs = [(r["type"], record["id"], r["target"]) for record in collection for r in record.get("relations", [])]
        for pair in set(pairs):
            if pairs.count(pair) > 1:
                yield f"{name}: {pair} stands twice"
            if pair[0] in SYMMETRIC and (pair[0], pair[2], pair[1]) not in pairs:
                yield f"{name}: {pair} is not mirrored"


# --- Who says it

def citations(data):
    cited_in = {r["id"]: r["cited_in"] + ["references"] for r in data.get("references", [])}
    for name, record in records(data):
        if not record["citations"]:
            yield f"{record['id']}: no citation"
        for c in record["citations"]:
            where = f"{record['id']}: citation of {c['reference']}"
            if c["locator"] not in paper.SECTIONS:
                yield f"{where}: {c['locator']} is no section"
            if c["via"] != (None if c["reference"] == SOURCE else SOURCE):
                yield f"{where}: via is {c['via']}"
            if c["reference"] in cited_in and c["via"] and c["locator"] not in cited_in[c["reference"]]:
                yield f"{where}: the paper does not cite it in {c['locator']}"
            if not c["supports"]:
                yield f"{where}: supports nothing"
            for field in c["supports"]:
                if field not in record or field in ("id", "citations", "notes"):
                    yield f"{where}: supports {field}, which is no field of {name}"


def references(data):
    for r in data.get("references", []):
        csl, where = r["csl"], r["id"]
        codes = {note["code"] for note in r["notes"]}
        if not r["citekey"] == csl["id"] == where.replace("-", ""):
            yield f"{where}: citekey {r['citekey']}, csl id {csl['id']}"
        if csl["type"] not in CSL_TYPES or set(csl) - CSL_FIELDS or None in csl.values():
            yield f"{where}: no CSL-JSON"
        if not (csl.get("title") or r["status"] == "unlisted"):
            yield f"{where}: no title"
        for field in ("issued", "accessed"):
            if any(not 1 <= len(d) <= 3 for d in csl.get(field, {"date-parts": [[0]]})["date-parts"]):
                yield f"{where}: {field} is no date"
        for field in ("URL", "DOI"):
            if re.search(r"\\|\s|#:~", csl.get(field, "")) or field == "DOI" and not csl.get("DOI", "10.").startswith("10."):
                yield f"{where}: {field} is malformed"
        if ("unlisted-citation" in codes) != (r["status"] == "unlisted"):
            yield f"{where}: status {r['status']}, codes {sorted(codes)}"
        if (r["status"] == "source") != (where == SOURCE):
            yield f"{where}: status {r['status']}"


def dates(data):
    for event in data.get("events", []):
        if len({event[field] is None for field in ("date_edtf", "date_basis", "date_extent")}) > 1:
            yield f"{event['id']}: date {event['date_edtf']}, basis {event['date_basis']}, extent {event['date_extent']}"
        supported = any("date_edtf" in c["supports"] for c in event["citations"])
        if supported != (event["date_basis"] in ("printed", "inferred")):
            yield f"{event['id']}: basis {event['date_basis']}, and a citation " + ("supports" if supported else "lacks") + " date_edtf"
    for name, record in records(data):
        bases = [record.get("date_basis")] + [office["basis"] for office in record.get("offices", [])]
        if "curator" in bases and not any(note["code"] == "date-inferred" for note in record["notes"]):
            yield f"{record['id']}: a date from the curator without a note date-inferred"


def day(text, last):
    """The first or the last day that a date allows: 1990, 199X, 1990-10, 1990-10-05, with or without a qualifier."""
    year, month, of_month = (text.rstrip("~?%").split("-") + [None, None])[:3]
    year = int(year.replace("X", "9" if last else "0"))
    month = int(month) if month else 12 if last else 1
    return datetime.date(year, month, int(of_month) if of_month else calendar.monthrange(year, month)[1] if last else 1)


def span(text, today):
    """First and last day of a date or an interval; an open beginning is far back, an open end is today."""
    first, _, last = text.partition("/")
    return (datetime.date.min if first == ".." else day(first, False)), (today if last == ".." else day(last or first, True))


def overlap(one, other):
    return (min(one[1], other[1]) - max(one[0], other[0])).days + 1


def eras(data, today=None):
    """An era is the one that the date overlaps longest, or null; one that the date does not touch is never right."""
    today = today or datetime.date.fromisoformat(json.loads((DATASET / "release.json").read_text(encoding="utf-8"))["date"][:10])
    spans = {era["id"]: span(era["span_edtf"], today) for era in data.get("eras", [])}
    for event in data.get("events", []):
        if event["date_edtf"] and event["era"]:
            shares = {era: overlap(span(event["date_edtf"], today), known) for era, known in spans.items()}
            if shares[event["era"]] < max(max(shares.values()), 1):
                yield f"{event['id']}: {event['date_edtf']} lies longest in {max(shares, key=shares.get)}, not in {event['era']}"


# --- What is said of the record as a whole

def natures(data):
    """What is foretold is a forecast without a trend; a verdict is an assessment, and an assessment a verdict or a forecast."""
    for event in data.get("events", []):
        nature, where = event["nature"], event["id"]
        if nature == "projection" and (event["status"], event["trend"]) != ("forecast", None):
            yield f"{where}: a projection that is {event['status']} and has trend {event['trend']}"
        if event["status"] == "forecast" and nature not in ("projection", "utterance"):
            yield f"{where}: a forecast that is a {nature}"
        if event["kind"] == "assessment" and nature not in ("judgement", "projection"):
            yield f"{where}: an assessment that is a {nature}"
        if nature == "utterance" and event["kind"] != "statement":
            yield f"{where}: an utterance of kind {event['kind']}"


def markup(data):
    for _, record in records(data):
        for note in record["notes"]:
            if re.search(r"[*<>\\\n]", note["printed"] or ""):
                yield f"{record['id']}: mark-up in {note['printed']!r}"


IDENTIFIERS = {"wikidata": r"Q[1-9][0-9]*", "iso-3166": r"[A-Z]{2}"}


def identifiers(data):
    for actor in data.get("actors", []):
        for identifier in actor["identifiers"]:
            if not re.fullmatch(IDENTIFIERS[identifier["scheme"]], identifier["value"]):
                yield f"{actor['id']}: {identifier['value']} is no value of {identifier['scheme']}"
    values_ = [(i["scheme"], i["value"]) for actor in data.get("actors", []) for i in actor["identifiers"]]
    yield from (f"{value} stands at two actors" for value in set(values_) if values_.count(value) > 1)


# --- Whose words

def own_words(data):
    """(where, text) of all that must be in our own words; bibliographic titles and `printed` are exempt."""
    for name, record in records(data):
        texts = [record.get(field) for field in ("title", "summary", "description")]
        texts += [note["text"] for note in record["notes"]]
        texts += [relation["note"] for relation in record.get("relations", [])]
        texts += [figure["label"] for figure in record.get("figures", [])]
        yield from ((record["id"], text) for text in texts if text)


def wording(data, known=None):
    known = paper.stored_runs() if known is None else known
    for where, text in own_words(data):
        for hash_, run in paper.runs(text):
            if hash_ in known:
                yield f"{where}: the paper has “{run}”"


# --- Coverage

def coverage_rows(text):
    head, *rows = [line.split("\t") for line in text.splitlines()]
    if head != ["section", "sentence", "hash", "ids", "reason"]:
        raise ValueError(f"coverage.tsv begins with {head}")
    return [(row[0], int(row[1]), row[2], row[3].split(), row[4]) for row in (r + [""] * (5 - len(r)) for r in rows)]


def coverage(data, rows, sentences):
    """Each sentence once, in order, carried by records that cite its section, or with a reason why not."""
    found = [row[:3] for row in rows]
    yield from (f"{s}: not in coverage.tsv" for s in sentences if s not in found)
    yield from (f"{s}: not in the paper" for s in found if s not in sentences)
    yield from (f"{s}: stands twice" for s in set(found) if found.count(s) > 1)
    cites = {record["id"]: {c["locator"] for c in record["citations"]} for _, record in records(data)}
    for section, number, _, ids_, reason in rows:
        where = f"{section} {number}"
        if bool(ids_) == bool(reason):
            yield f"{where}: needs ids or a reason, not both"
        if reason and reason not in REASONS:
            yield f"{where}: {reason!r} is no reason"
        if (reason == "heading") != (number == 0 and not ids_):
            yield f"{where}: reason {reason!r}"
        for id_ in ids_:
            if section not in cites.get(id_, ()):
                yield f"{where}: {id_} " + ("does not cite the section" if id_ in cites else "does not exist")


# --- Against the paper itself

# Citations that no entry answers letter for letter; the records carry notes on them.
ODD_CITATIONS = {"Shehzad et al., 2017": "shahzad-2017", "Hussain, 2024": "hussain-a-2024",
                 "Young, 2021, January 26": "young-2021"}


def cite_as(csl):
    """How the text should cite a work: (Surname, 2023), (One & Other, 2023), (First et al., 2023), (Title, n.d.)."""
    names = [author["family"] for author in csl.get("author", [])] or [csl["title"]]
    names = names[0] if len(names) == 1 else " & ".join(names) if len(names) == 2 else names[0] + " et al."
    year = csl["issued"]["date-parts"][0][0] if "issued" in csl else "n.d."
    return f"{names}, {year}".casefold()


def cited(data, text):
    by_citation = {}
    for r in data["references"]:
        by_citation.setdefault(cite_as(r["csl"]), []).append(r["id"])
    found = {}
    for section, citation in paper.citations(text):
        ids_ = [ODD_CITATIONS[citation]] if citation in ODD_CITATIONS else by_citation.get(citation.casefold(), [])
        if len(ids_) != 1:
            yield f"{section}: ({citation}) could be {ids_}"
        elif section not in found.setdefault(ids_[0], []):
            found[ids_[0]].append(section)
    for r in data["references"]:
        if r["cited_in"] != found.get(r["id"], []):
            yield f"{r['id']}: cited_in {r['cited_in']}, in the paper {found.get(r['id'], [])}"


def printed(data, text):
    """What a note or an alias gives as printed must be in the paper, markdown's marks apart."""
    text = paper.plain(text)
    for _, record in records(data):
        shown = [note["printed"] for note in record["notes"]] + record.get("aliases", [])
        yield from (f"{record['id']}: not in the paper: {p}" for p in shown if p and paper.plain(p) not in text)


CHECKS = [keys, values, ids, order, resolves, mirrored, citations, references, dates, eras, natures, markup, identifiers, wording]
CHECKS_WITH_PAPER = [cited, printed]
