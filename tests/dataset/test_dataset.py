"""The dataset's standing checks: db/dataset keeps every rule of checks.py, and each rule can fail.

Run with /usr/bin/python3 -m pytest tests/dataset
"""
import copy
import re

import pytest

import agreement
import checks
import codebook
import openapi
import paper

TEXT = paper.read()
needs_paper = pytest.mark.skipif(TEXT is None, reason=f"no paper at {paper.PAPER}")


@pytest.fixture(scope="module")
def data():
    return checks.load()


def show(faults):
    faults = list(faults)
    assert not faults, f"{len(faults)} faults\n" + "\n".join(map(str, faults))


# --- The dataset as it stands

@pytest.mark.parametrize("name", checks.COLLECTIONS)
def test_collection_exists(name, data):
    assert data.get(name), f"db/dataset/{name}.json is absent or empty"


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_dataset(check, data):
    show(check(data))


@needs_paper
@pytest.mark.parametrize("check", checks.CHECKS_WITH_PAPER, ids=lambda check: check.__name__)
def test_dataset_against_the_paper(check, data):
    show(check(data, TEXT))


def test_coverage(data):
    rows = checks.coverage_rows((checks.DATASET / "coverage.tsv").read_text(encoding="utf-8"))
    show(checks.coverage(data, rows, paper.stored_sentences()))


@needs_paper
def test_stored_hashes_are_the_papers():
    assert paper.stored_sentences() == [row[:3] for row in paper.sentences(TEXT)]
    assert paper.RUNS.read_bytes() == paper.packed_runs(TEXT)


@needs_paper
def test_no_word_of_the_body_is_lost():
    body = TEXT[TEXT.index("### **ABSTRACT**"):TEXT.index("## References")]
    words = [word for word in paper.plain(body).split() if word.strip("#")]
    assert words == " ".join(row[3] for row in paper.sentences(TEXT)).split()


# --- How sentences are told apart

@pytest.mark.parametrize("text, expected", [
    ("One. Two.", ["One.", "Two."]),
    ("It ended. (Khan, 2024). Then more.", ["It ended. (Khan, 2024).", "Then more."]),
    ("It ended. (Van et al., n.d.)", ["It ended. (Van et al., n.d.)"]),
    ("The U.S. Congress met President G. H. W. Bush.", ["The U.S. Congress met President G. H. W. Bush."]),
    ("A foe, i.e. Rome ... Carthage fell.", ["A foe, i.e. Rome ... Carthage fell."]),
    ("He said “we go”. She “stays.” All left", ["He said “we go”.", "She “stays.”", "All left"]),
    ("It cost $1.3 billion (Ali et al., 2020) in all.", ["It cost $1.3 billion (Ali et al., 2020) in all."]),
])
def test_split(text, expected):
    assert list(paper.split(text)) == expected


def test_pages_are_joined():
    text = "## **1. One**\n\nA page ends under\n\nCaesar's rule and\n\nso on.\n\n(Ali, 2020)\n\nNext\n\n## References\n"
    assert [row[:2] + row[3:] for row in paper.sentences(text)] == [
        ("§1", 0, "1. One"), ("§1", 1, "A page ends under Caesar's rule and so on. (Ali, 2020)"), ("§1", 2, "Next")]


# --- Each check catches its faults, in a small dataset that has none

CITED = {"reference": checks.SOURCE, "via": None, "locator": "§1", "stance": "asserts", "supports": ["title"]}


def note(code, text="Ours.", printed=None, related=()):
    return {"code": code, "weight": "editorial", "text": text, "printed": printed, "related": list(related)}


def record(name, id_, /, **fields):
    full = dict.fromkeys(checks.KEYS[name]) | {"id": id_, "citations": [copy.deepcopy(CITED)], "notes": []} | fields
    return {key: full[key] for key in checks.KEYS[name]}


def reference(id_, status, sections, year, **fields):
    csl = {"id": id_.replace("-", ""), "type": "book", "title": id_, "author": [{"family": id_.split("-")[0].title()}],
           "issued": {"date-parts": [[year]]}}
    return record("references", id_, citekey=csl["id"], status=status, cited_in=sections, csl=csl,
                  citations=[CITED | {"supports": ["csl"]}], **fields)


def small():
    other = {"type": "overlaps", "target": None, "note": None}
    aid = dict(qualifier="nearly", currency="USD", stage="cut", category="mixed", era="early", donor="rome", recipient="gaul")
    return copy.deepcopy({
        "events": [record("events", "siege", title="Siege", nature="occurrence", kind="war", era="early", status="reported",
                          date_edtf="1990", date_basis="curator", date_extent="within", actors=[{"id": "rome", "role": "actor"}], themes=["power"], relations=[],
                          figures=[], notes=[note("date-inferred", related=["rome"])],
                          citations=[CITED | {"reference": "khan-2024", "via": checks.SOURCE}])],
        "aid": [record("aid", "gold", relations=[other | {"target": "silver"}], **aid),
                record("aid", "silver", relations=[other | {"target": "gold"}], **aid)],
        "actors": [record("actors", id_, name=id_, kind="state", aliases=[], offices=[], themes=[],
                          identifiers=[{"scheme": "wikidata", "value": "Q" + str(len(id_) * 7 + ord(id_[0])), "match": "exact"}],
                          citations=[CITED | {"supports": ["name"]}]) for id_ in ("gaul", "rome")],
        "references": [reference("ahmar-2021", "unlisted", ["§2"], 2021, notes=[note("unlisted-citation")]),
                       reference(checks.SOURCE, "source", [], 2000), reference("khan-2024", "listed", ["§1"], 2024)],
        "eras": [record("eras", "early", title="Early", span_edtf="1980/1995-06"),
                 record("eras", "late", title="Late", span_edtf="1995-07/..")],
        "themes": [record("themes", "power", title="Power", kind="concept")],
    })


SMALL_PAPER = "## 1. One\n\nAll Gaul fell (Khan, 2024).\n\n## 2. Two\n\nSo it did (Ahmar, 2021).\n\n## References\n"
ROWS = [(s, n, h, [] if n == 0 else ["siege" if s == "§1" else "ahmar-2021"], "heading" if n == 0 else "")
        for s, n, h, _ in paper.sentences(SMALL_PAPER)]


def coverable():
    data = small()
    data["references"][0]["citations"][0]["locator"] = "§2"
    return data


def fault(check, path, value):
    """A case: the check must complain once `path` (collection, index, keys...) of the small dataset is `value`."""
    return pytest.param(check, path, value, id=f"{check.__name__}:{'.'.join(map(str, path))}={value}"[:70])


FAULTS = [
    fault(checks.keys, ("events", 0, "colour"), "red"),
    fault(checks.keys, ("events", 0, "actors", 0), {"id": "rome"}),
    fault(checks.values, ("events", 0, "kind"), "brawl"),
    fault(checks.values, ("aid", 0, "relations", 0, "type"), "leads-to"),
    fault(checks.values, ("events", 0, "notes", 0, "code"), "oops"),
    fault(checks.ids, ("events", 0, "id"), "Siege_1"),
    fault(checks.ids, ("events", 0, "id"), "totals"),
    fault(checks.ids, ("events", 0, "id"), "rome"),
    fault(checks.order, ("aid", 0, "id"), "zinc"),
    fault(checks.resolves, ("events", 0, "citations", 0, "reference"), "nobody-1900"),
    fault(checks.resolves, ("events", 0, "themes", 0), "nothing"),
    fault(checks.resolves, ("events", 0, "actors", 0, "id"), "siege"),
    fault(checks.resolves, ("events", 0, "notes", 0, "related"), ["nobody"]),
    fault(checks.resolves, ("events", 0, "era"), "never"),
    fault(checks.resolves, ("aid", 0, "donor"), None),
    fault(checks.resolves, ("aid", 0, "relations", 0, "target"), "siege"),
    fault(checks.resolves, ("actors", 0, "offices"), [{"of": "nowhere"}]),
    fault(checks.mirrored, ("aid", 1, "relations"), []),
    fault(checks.citations, ("events", 0, "citations"), []),
    fault(checks.citations, ("aid", 0, "citations"), []),
    fault(checks.citations, ("aid", 0, "citations", 0, "locator"), "§12"),
    fault(checks.citations, ("aid", 0, "citations", 0, "supports"), ["amount"]),
    fault(checks.citations, ("events", 0, "citations", 0, "locator"), "§2"),
    fault(checks.citations, ("events", 0, "citations", 0, "via"), None),
    fault(checks.references, ("references", 2, "citekey"), "khan"),
    fault(checks.references, ("references", 2, "csl", "type"), "scroll"),
    fault(checks.references, ("references", 2, "csl", "DOI"), "https://doi.org/10.1/x"),
    fault(checks.references, ("references", 2, "csl", "URL"), r"https://example.org/a\_b"),
    fault(checks.references, ("references", 0, "notes"), []),
    fault(checks.references, ("references", 2, "status"), "source"),
    fault(checks.dates, ("events", 0, "date_edtf"), None),
    fault(checks.dates, ("events", 0, "notes"), []),
    fault(checks.dates, ("actors", 0, "offices"), [{"basis": "curator"}]),
    fault(checks.dates, ("events", 0, "date_extent"), None),
    fault(checks.dates, ("events", 0, "date_basis"), "printed"),
    fault(checks.dates, ("events", 0, "citations", 0, "supports"), ["date_edtf"]),
    fault(checks.eras, ("events", 0, "era"), "late"),
    fault(checks.eras, ("events", 0, "date_edtf"), "1979"),
    fault(checks.eras, ("events", 0, "date_edtf"), "1995~/.."),
    fault(checks.natures, ("events", 0, "status"), "forecast"),
    fault(checks.natures, ("events", 0, "nature"), "projection"),
    fault(checks.natures, ("events", 0, "nature"), "utterance"),
    fault(checks.natures, ("events", 0, "kind"), "assessment"),
    fault(checks.markup, ("events", 0, "notes", 0, "printed"), "All *Gaul*"),
    fault(checks.identifiers, ("actors", 0, "identifiers", 0, "value"), "843"),
    fault(checks.identifiers, ("actors", 0, "identifiers", 0, "value"), "Q142"),
    fault(checks.resolves, ("actors", 0, "parent"), "nobody"),
]
FAULTS_AGAINST_PAPER = [
    fault(checks.cited, ("references", 2, "cited_in"), ["§1", "§2"]),
    fault(checks.cited, ("references", 2, "csl", "author", 0, "family"), "Kahn"),
    fault(checks.printed, ("events", 0, "notes", 0, "printed"), "All Gaul rose"),
    fault(checks.printed, ("actors", 0, "aliases"), ["Gallia"]),
]


def changed(path, value):
    data = small()
    *steps, last = path
    place = data
    for step in steps:
        place = place[step]
    place[last] = value
    return data


def test_small_dataset_has_no_fault():
    for check in checks.CHECKS:
        show(check(small()))
    for check in checks.CHECKS_WITH_PAPER:
        show(check(small(), SMALL_PAPER))
    show(checks.coverage(coverable(), ROWS, [row[:3] for row in ROWS]))


@pytest.mark.parametrize("check, path, value", FAULTS)
def test_check_can_fail(check, path, value):
    assert list(check(changed(path, value)))


@pytest.mark.parametrize("check, path, value", FAULTS_AGAINST_PAPER)
def test_check_against_the_paper_can_fail(check, path, value):
    assert list(check(changed(path, value), SMALL_PAPER))


LONG = "One of the eight words is not a word"


@pytest.mark.parametrize("path", [("events", 0, "summary"), ("events", 0, "title"), ("actors", 0, "description"),
                                  ("events", 0, "notes", 0, "text"), ("aid", 0, "relations", 0, "note")])
def test_borrowed_words_are_caught(path):
    known = {hash_ for hash_, _ in paper.runs("Indeed, *one of the eight\n\nwords* is not a word.")}
    assert list(checks.wording(changed(path, LONG), known))
    assert not list(checks.wording(changed(path, LONG.replace("eight", "ten")), known))


@pytest.mark.parametrize("row, new", [
    (1, None),
    (1, ROWS[2]),
    (1, ROWS[1][:2] + ("0" * 16,) + ROWS[1][3:]),
    (1, ROWS[1][:3] + ([], "")),
    (1, ROWS[1][:3] + ([], "boring")),
    (1, ROWS[1][:3] + ([], "heading")),
    (1, ROWS[1][:3] + (["siege"], "repeat")),
    (1, ROWS[1][:3] + (["nobody"], "")),
    (3, ROWS[3][:3] + (["siege"], "")),
    (0, ROWS[0][:3] + ([], "opinion")),
])
def test_coverage_can_fail(row, new):
    rows = ROWS[:row] + ([new] if new else []) + ROWS[row + 1:]
    assert list(checks.coverage(coverable(), rows, [r[:3] for r in ROWS]))


# --- The codebook and the contract

SCHEMAS = {"events.nature": "Nature", "events.kind": "EventKind", "events.trend": "Trend", "events.status": "EventStatus",
           "events.date_basis": "DateBasis", "events.date_extent": "DateExtent", "aid.qualifier": "Qualifier", "aid.stage": "Stage",
           "aid.category": "Category", "actors.kind": "ActorKind", "references.status": "ReferenceStatus", "themes.kind": "ThemeKind",
           "citation.stance": "Stance", "note.code": "NoteCode", "note.weight": "NoteWeight", "identifier.scheme": "IdentifierScheme",
           "identifier.match": "IdentifierMatch", "figure.measure": "Measure", "actor of an event.role": "Role"}
SERVED = {"events": "Event", "aid": "AidFigure", "actors": "Actor", "references": "Reference", "eras": "EraRecord", "themes": "Theme"}
CODEBOOK = (checks.DATASET / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schemas():
    return openapi.load()["components"]["schemas"]


@pytest.mark.parametrize("field", SCHEMAS)
def test_the_contract_has_the_same_list(field, schemas):
    assert checks.VALUES[field] <= set(schemas[SCHEMAS[field]]["enum"])


def test_the_contract_names_the_eras_as_the_dataset_does(data, schemas):
    eras = sorted(data["eras"], key=lambda era: era["position"])
    assert [(each["value"], each["title"]) for each in schemas["Era"]["x-values"]] == [(era["id"], era["title"]) for era in eras]


@pytest.mark.parametrize("field", SCHEMAS)
def test_the_codebook_explains_each_value(field):
    assert not {value for value in checks.VALUES[field] if f"`{value}`" not in CODEBOOK}


def test_the_tables_of_the_codebook_are_those_of_the_contract(schemas):
    assert codebook.written(CODEBOOK, schemas) == CODEBOOK, "python3 tools/codebook.py writes them"
    assert {"EventKind", "Nature", "Role", "NoteCode"} <= set(re.findall("<!-- (.*) -->", CODEBOOK))


def fields(schema, schemas):
    """The properties that a schema and those within its allOf name."""
    schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    return set(schema.get("properties", {})).union(*(fields(part, schemas) for part in schema.get("allOf", [])))


@pytest.mark.parametrize("collection", SERVED)
def test_the_codebook_explains_each_served_field(collection, schemas):
    served = fields(schemas[SERVED[collection]], schemas)
    assert served, f"{SERVED[collection]} is no schema with properties"
    assert not {field for field in served if f"`{field}`" not in CODEBOOK and f"**{field}**" not in CODEBOOK}


# --- The second coding

def test_kappa_is_cohens():
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert agreement.kappa(pairs) == pytest.approx(0.4)
    assert agreement.kappa([(None, None)] * 3) == 1


def test_the_second_coding_is_of_forty_sentences_that_carry_its_events(data):
    rows = agreement.read()
    carried = {(s, n): ids_ for s, n, _, ids_, _ in checks.coverage_rows((checks.DATASET / "coverage.tsv").read_text(encoding="utf-8"))}
    assert len({(row["section"], row["sentence"]) for row in rows}) == 40
    assert all(row["event"] in carried[row["section"], int(row["sentence"])] for row in rows)
    for row in rows:
        assert all(row[field] in checks.VALUES[f"events.{field}"] | ({""} if field == "trend" else set())
                   for field in ("nature", "kind", "trend"))


def test_the_codebook_prints_the_agreement_as_it_is(data):
    assert agreement.table(agreement.read(), {event["id"]: event for event in data["events"]}) in CODEBOOK
