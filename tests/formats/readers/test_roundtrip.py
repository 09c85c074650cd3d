"""BibTeX and RIS of server/formats/bibtex.c and ris.c read by independent tools: bibutils, pandoc and python3-bibtexparser; CSL-JSON by
citeproc.

Run with /usr/bin/python3 -m pytest tests/formats/readers; RELATA_CONVERT names the program built from convert.c.
"""
import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ET

import bibtexparser
import pytest
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import convert_to_unicode, splitname
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).parents[3]
CONVERT = os.environ.get("RELATA_CONVERT", str(ROOT / "build" / "convert"))
DATASET = [r["csl"] for r in json.loads((ROOT / "db/dataset/references.json").read_text(encoding="utf-8"))]


def effort(examples):
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None,
                    suppress_health_check=list(HealthCheck))


def run(*command, stdin):
    done = subprocess.run(command, input=stdin, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def convert(form, items):
    return run(CONVERT, form, stdin=json.dumps(items).encode())


# --- What a reader must find, and what the readers say, as records of the same shape

BLANK = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
PERIODICALS = {"article-journal", "article-magazine", "article-newspaper", "review"}
IN_BOOKS = {"chapter", "entry", "entry-dictionary", "entry-encyclopedia", "paper-conference"}


def flat(text):
    """Text as the entries hold it: runs of blanks are one space."""
    return BLANK.sub(" ", text or "").strip()


def loose(text):
    """Without what typography changes: pandoc and bibutils read straight quotes as curly ones, bibutils does not see
    the {} that keeps two hyphens or quotes apart, and knows the circumflex and the backslash of TeX by other names."""
    text = (text or "").replace("\N{UP ARROWHEAD}", "^").replace("\\textbackslash", "\\")
    text = re.sub("[‘’‵′`'“”„\"]+", "'", text)
    return re.sub("-+", "-", re.sub("[–—]", "-", " ".join(text.split())))


def bare(text):
    """A part of a name without what readers do to initials and particles: dots, spaces and hyphens."""
    return re.sub(r"[\s.~\u00a0-]", "", loose(text))


def name_parts(name):
    """(family or literal, given and suffix)"""
    name = {key: value for key, value in name.items() if flat(value)}
    if "literal" in name or "family" not in name:
        order = ("literal", "given", "non-dropping-particle", "dropping-particle", "suffix")
        return next((name[key] for key in order if key in name), ""), ""
    family = " ".join(name[key] for key in ("dropping-particle", "non-dropping-particle", "family") if key in name)
    if "given" in name:
        return family, name["given"] + name.get("suffix", "")
    return family + (", " + name["suffix"] if "suffix" in name else ""), ""


def names_of(names, shape):
    """The names by their parts; where SHAPE leaves nothing of the family name, the rest stands for it."""
    pairs = (tuple(shape(part) for part in name_parts(name)) for name in names or [])
    return [(family or given, given if family else "") for family, given in pairs if family or given]


def year_of(item):
    parts = item.get("issued", {}).get("date-parts") or [[None]]
    return str(parts[0][0]) if parts[0] and parts[0][0] is not None else ""


def record_of(item, shape=loose, name=bare):
    """What of a CSL item must survive."""
    get = lambda key: shape(flat(item.get(key)))  # noqa: E731
    return {
        "key": item["id"], "title": get("title"), "authors": names_of(item.get("author"), lambda t: name(flat(t))),
        "year": year_of(item), "container": get("container-title"), "volume": get("volume"), "issue": get("issue"),
        "pages": get("page"), "doi": item.get("DOI", ""), "url": item.get("URL", ""),
    }


def bibtex_type(item):
    kind = item["type"]
    if kind == "article":
        return "article" if flat(item.get("container-title")) else "misc"
    if kind == "thesis":
        return "mastersthesis" if "master" in item.get("genre", "").lower() else "phdthesis"
    return {"book": "book", "chapter": "incollection", "manuscript": "unpublished", "pamphlet": "booklet",
            "paper-conference": "inproceedings", "report": "techreport"}.get(
                kind, "article" if kind in PERIODICALS else "incollection" if kind in IN_BOOKS else "misc")


def raw(address):
    """What of doi and url cannot stand in BibTeX is percent-encoded."""
    return re.sub(r"[{}\\]", lambda m: f"%{ord(m[0]):02X}", address)


def same(expected, found):
    assert found == expected


# --- The readers of BibTeX

PANDOC_TYPES = {"article": "article-journal", "book": "book", "booklet": "pamphlet", "incollection": "chapter",
                "inproceedings": "paper-conference", "mastersthesis": "thesis", "misc": "", "phdthesis": "thesis",
                "techreport": "report", "unpublished": "manuscript"}


def pandoc_items(form, text):
    return {item["id"]: item for item in json.loads(run("pandoc", "-f", form, "-t", "csljson", stdin=text))}


def check_pandoc_bibtex(items):
    found = pandoc_items("bibtex", convert("bibtex", items))
    assert set(found) == {item["id"] for item in items}
    for item in items:
        other, entry, expected = found[item["id"]], bibtex_type(item), record_of(item)
        got = record_of(other)
        assert other.get("type", "") in (PANDOC_TYPES[entry], ""), (entry, other)
        # What is published on its own has no container in BibTeX: howpublished, the field for a site's name, and
        # series are read as publisher and collection.
        if entry in ("misc", "unpublished", "booklet"):
            publishers = loose(other.get("publisher"))
            got["container"] = publishers[:len(expected["container"])]
        elif entry not in ("article", "incollection", "inproceedings"):
            got["container"] = loose(other.get("collection-title"))
        # Only articles have an issue; the number of other works is theirs or that of their series.
        if entry != "article":
            got["issue"] = loose(other.get("number") or other.get("collection-number"))
        expected["doi"], expected["url"] = raw(expected["doi"]), raw(expected["url"])
        same(expected, got)


TEX = {"textasciitilde{}": "~", "textasciicircum{}": "^", "textbackslash{}": "\\", "textbraceleft{}": "{",
       "textbraceright{}": "}"}


def untex(text):
    """A value of BibTeX as TeX sets it."""
    pattern = r"\\(text[a-z]+\{\}|[&%$#_{}])|[{}]"
    return re.sub(pattern, lambda m: TEX.get(m[1], m[1]) if m[1] else "", text)


def split_outside_braces(text, separator):
    parts, depth, start, at = [], 0, 0, 0
    while at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0 and text.startswith(separator, at):
            parts.append(text[start:at])
            start = at = at + len(separator)
        else:
            at += 1
    return parts + [text[start:]]


def parser_name(text):
    if text.startswith("{") and text.endswith("}") and len(split_outside_braces(text, ", ")) == 1:
        return {"literal": untex(text)}
    parts = splitname(text)
    words = lambda key: untex(" ".join(parts[key]))  # noqa: E731
    return {"dropping-particle": words("von"), "family": words("last"), "given": words("first"),
            "suffix": words("jr")}


def check_bibtexparser(items):
    text = convert("bibtex", items).decode()
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    found = {entry["ID"]: entry for entry in bibtexparser.loads(text, parser).entries}
    # An entry without any field is not seen.
    items = [item for item in items if len(bibtex_fields(item)) > 0]
    assert set(found) == {item["id"] for item in items}
    for item in items:
        entry, expected = found[item["id"]], record_of(item, name=bare)
        kind = bibtex_type(item)
        assert entry["ENTRYTYPE"] == kind
        get = lambda *keys: loose(untex(next((entry[key] for key in keys if key in entry), "")))  # noqa: E731
        container = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle",
                     "misc": "howpublished", "unpublished": "howpublished", "booklet": "howpublished"}
        authors = split_outside_braces(entry["author"], " and ") if "author" in entry else []
        same({**expected, "doi": raw(expected["doi"]), "url": raw(expected["url"])}, {
            "key": entry["ID"], "title": get("title"), "authors": names_of(map(parser_name, authors), bare),
            "year": get("year"), "container": get(container.get(kind, "series")) if expected["container"] else "",
            "volume": get("volume"), "issue": get("number"), "pages": get("pages"), "doi": entry.get("doi", ""),
            "url": entry.get("url", "")})


def bibtex_fields(item):
    return [key for key in item if key not in ("id", "type")]


# --- bibutils, by MODS

MODS = {"m": "http://www.loc.gov/mods/v3"}
# Genres of entries and records in MODS, by what the tool was given; bibutils takes the rest for "standard".
BIBTEX_GENRES = {"article": "journal article", "book": "book", "booklet": "book", "incollection": "collection",
                 "inproceedings": "conference publication", "mastersthesis": "Masters thesis", "misc": "miscellaneous",
                 "phdthesis": "Ph.D. thesis", "techreport": "technical report", "unpublished": "unpublished"}
# Entries whose series bibutils passes over, and which numbers it reads of an entry.
BIBUTILS_ALONE = {"mastersthesis", "phdthesis"}
BIBUTILS_NUMBERS = {"article": {"volume", "issue", "pages"}, "book": {"volume", "issue"},
                    "booklet": {"volume", "issue"}, "incollection": {"volume", "issue", "pages"},
                    "inproceedings": {"volume", "issue", "pages"}, "misc": {"pages"}, "techreport": {"issue"}}
RIS_GENRES = {"article-journal": "academic journal", "article-magazine": "magazine", "article-newspaper": "newspaper",
              "book": "book", "chapter": "book chapter", "entry": "book chapter", "hearing": "hearing",
              "interview": "communication", "legal_case": "legal case and case notes", "legislation": "legislation",
              "manuscript": "unpublished", "map": "map", "pamphlet": "pamphlet",
              "paper-conference": "conference publication", "patent": "patent",
              "personal_communication": "communication", "regulation": "legislation", "report": "technical report",
              "review": "academic journal", "thesis": "thesis", "webpage": "electronic"}


def mods_name(name):
    parts = {}
    for part in name.iterfind("m:namePart", MODS):
        parts.setdefault(part.get("type", "literal"), []).append(part.text or "")
    return {key: " ".join(values) for key, values in parts.items()}


def mods_title(mods, path):
    """The title, which stands in full or, where a tag may hold a short one too, as an abbreviated one."""
    for info in mods.iterfind(path + "/m:titleInfo", MODS):
        title, rest = info.findtext("m:title", "", MODS), info.findtext("m:subTitle", "", MODS)
        if title:
            return title + ((" " if title[-1] in "?!" else ": ") + rest if rest else "")
    return ""


def mods_record(mods):
    text = lambda path: mods.findtext(path, "", MODS)  # noqa: E731
    number = lambda kind: next((text(f".//m:detail[@type='{k}']/m:number") for k in kind  # noqa: E731
                                if text(f".//m:detail[@type='{k}']/m:number")), "")
    pages = [text(".//m:extent/m:start"), text(".//m:extent/m:end")]
    authors = [mods_name(name) for name in mods.iterfind("m:name", MODS)
               if name.findtext("m:role/m:roleTerm", "", MODS) == "author"]
    containers = [mods_title(mods, "m:relatedItem"), mods_title(mods, "m:relatedItem/m:relatedItem")]
    doi = text("m:identifier[@type='doi']")
    date = text("m:originInfo/m:dateIssued") or text("m:relatedItem/m:originInfo/m:dateIssued") or text(".//m:date")
    return {
        "key": mods.get("ID"), "title": loose(mods_title(mods, ".")), "authors": names_of(authors, bare),
        "year": re.match("[^-]*", date)[0].replace("XXXX", ""), "container": loose(next(filter(None, containers), "")),
        "volume": loose(number(["volume"])), "issue": loose(number(["issue", "number"])),
        "pages": loose(number(["page"]) or "-".join(filter(None, pages))),
        "doi": doi, "url": text("m:location/m:url"),
    }


def mods_all(text):
    root = ET.fromstring(text.decode("utf-8-sig"))
    return {mods.get("ID"): mods for mods in root.iterfind("m:mods", MODS)}


def as_bibutils(record):
    """An address that only resolves the DOI, bibutils takes for the DOI alone, and a name that comes again for the
    same person."""
    return {**record, "url": "" if record["url"] == "https://doi.org/" + record["doi"] else record["url"],
            "authors": list(dict.fromkeys(record["authors"]))}


def genres(mods):
    return {genre.text for genre in mods.iterfind(".//m:genre", MODS)}


def check_bibutils_bibtex(items):
    found = mods_all(run("bib2xml", "-nt", stdin=convert("bibtex", items)))
    assert set(found) == {item["id"] for item in items}
    for item in items:
        mods, entry, expected = found[item["id"]], bibtex_type(item), record_of(item)
        got = mods_record(mods)
        assert BIBTEX_GENRES[entry] in genres(mods)
        for key in {"volume", "issue", "pages"} - BIBUTILS_NUMBERS.get(entry, set()):
            expected[key] = got[key] = ""
        if entry in BIBUTILS_ALONE:
            expected["container"] = got["container"] = ""
        if entry in ("misc", "unpublished", "booklet"):
            got["container"] = loose(mods.findtext("m:originInfo/m:publisher", "", MODS)
                                     if expected["container"] else "")
        expected["doi"], expected["url"] = raw(expected["doi"]), raw(expected["url"])
        same(as_bibutils(expected), as_bibutils(got))


def check_bibutils_ris(items, tmp_path):
    """RIS itself does not tell organisations from people; bibutils takes a list of them."""
    whole = tmp_path / "names"
    text = convert("ris", items)
    whole.write_bytes(b"".join(name + b"\n" for name in re.findall(rb"(?m)^(?:AU|ED)  - (.*),\r$", text)))
    found = mods_all(run("ris2xml", "-nt", "-nl", "-as", str(whole), stdin=text))
    assert set(found) == {item["id"] for item in items}
    for item in items:
        mods, expected = found[item["id"]], record_of(item, name=uncommaed)
        got = mods_record(mods)
        if item["type"] in RIS_GENRES:
            assert RIS_GENRES[item["type"]] in genres(mods)
        same(as_bibutils(expected), as_bibutils(got))


def uncommaed(part):
    """RIS has no escape for commas in names."""
    return bare(part.replace(",", " "))


def check_ris_lines(items):
    """Lines are tags, ended by CRLF; a record is from TY to ER, and its values are those of the item."""
    text = convert("ris", items).decode()
    records = text.split("\r\n\r\n")
    assert records.pop() == "" and len(records) == len(items)
    for item, lines in zip(items, records):
        lines = lines.split("\r\n")
        assert all(re.fullmatch("[A-Z][A-Z0-9]  - [^\x00-\x1f\x7f-\x9f\u2028\u2029]*", line) for line in lines), lines
        assert lines[0].startswith("TY  - ") and lines[-1] == "ER  - "
        tags = {line[:2]: line[6:] for line in lines}
        values = {"TI": "title", "T2": "container-title", "VL": "volume", "IS": "issue", "DO": "DOI", "UR": "URL",
                  "ID": "id", "PB": "publisher"}
        same({tag: flat(item.get(key)) for tag, key in values.items()}, {tag: tags.get(tag, "") for tag in values})


# --- The dataset

def test_dataset_survives_pandoc():
    check_pandoc_bibtex(DATASET)


def test_dataset_survives_bibtexparser():
    check_bibtexparser(DATASET)


def test_dataset_survives_bibutils():
    check_bibutils_bibtex(DATASET)


def test_dataset_survives_bibutils_as_ris(tmp_path):
    check_bibutils_ris(DATASET, tmp_path)
    check_ris_lines(DATASET)


def test_dataset_in_unicode_by_bibtexparser():
    parser = BibTexParser(common_strings=True, customization=convert_to_unicode)
    entries = {e["ID"]: e for e in bibtexparser.loads(convert("bibtex", DATASET).decode(), parser).entries}
    same({i["id"]: i.get("title") for i in DATASET}, {key: e.get("title") for key, e in entries.items()})


def test_dataset_is_the_same_by_either_format():
    """BibTeX turned into RIS by bibutils says what our RIS says."""
    turned = run("xml2ris", stdin=run("bib2xml", "-nt", stdin=convert("bibtex", DATASET)))
    one, other = mods_all(run("ris2xml", "-nt", stdin=turned)), mods_all(
        run("ris2xml", "-nt", stdin=convert("ris", DATASET)))
    assert set(one) == set(other)
    for key, mods in one.items():
        same({**mods_record(other[key]), "container": None}, {**mods_record(mods), "container": None})


STYLES = pathlib.Path("/usr/share/citation-style-language/styles")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["apa", "chicago-author-date"])
def test_dataset_is_set_by_citeproc(name):
    """The CSL-JSON itself: every entry names its author, title and year, of which citeproc-py 0.6 sets no intervals."""
    style = CitationStylesStyle(str(STYLES / f"{name}.csl"), validate=False)
    for item in DATASET:
        bibliography = CitationStylesBibliography(style, CiteProcJSON([item]), formatter.plain)
        bibliography.register(Citation([CitationItem(item["id"])]))
        entry, = map(str, bibliography.bibliography())
        letters = "".join(filter(str.isalnum, entry)).lower()
        said = [item.get("title", ""), *(name_parts(author)[0] for author in item.get("author", [])[:1])]
        if len(item.get("issued", {}).get("date-parts", [])) == 1:
            said.append(year_of(item))
        assert all("".join(filter(str.isalnum, text)).lower() in letters for text in said), (entry, said)


def test_nothing_is_nothing():
    assert convert("bibtex", []) == b"" and convert("ris", []) == b""


# --- Hostile references

FRAGMENTS = ["a", "B", "word", "Case", "of ", "the ", " ", "\n", "\t", "\r\n", "\u2028", "&", "%", "$", "#", "_", "~",
             "^", "\\", "{", "}", "{x}", "{}", "@", "@article{k,", '"', "'", "``", "''", "-", "--", "–", "—", ",", ";",
             ":", "?", "!", "<", ">", "|", "[", "]", "(", ")", "*", "/", "=", "+", ".", " and ", "AND ", "\\input{x}",
             "\\'e", "\\n", "%20", "é", "Ł", "ß", "ñ", "e\u0301", "中文", "日本語", "العربية", "עברית", "\u200f", "😀",
             "ER  - ", "TY  - ", "0", "12", "ſ", "İ"]


def texts(fragments):
    return st.lists(st.sampled_from(fragments), min_size=1, max_size=8).map("".join)


def items(fragments, in_names=None, in_given=None):
    text, part, given_part = texts(fragments), texts(in_names or fragments), texts(in_given or in_names or fragments)
    person = st.fixed_dictionaries({"family": part}, optional={"given": given_part})
    names = st.lists(st.one_of(person, person, st.fixed_dictionaries({"literal": part})), min_size=1, max_size=4)
    number = st.integers(1, 999).map(str)
    pages = st.tuples(st.integers(1, 999), st.integers(0, 99)).map(lambda pair: f"{pair[0]}-{sum(pair)}")
    date = st.tuples(st.integers(1000, 2999), st.integers(1, 12), st.integers(1, 28)).flatmap(
        lambda day: st.integers(1, 3).map(lambda count: {"date-parts": [list(day[:count])]}))
    address = st.lists(st.sampled_from(["a", "B", "1", "/", "_", "%20", "~", "&", "=", "?", "#", "-", "--", ".", ",",
                                        ";", ":", "(", ")", "<", ">", "é", "$", "+"]), max_size=8).map("".join)
    item = st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional={
        "title": text, "author": names, "issued": date, "accessed": date, "container-title": text, "volume": number,
        "issue": number, "page": st.one_of(number, pages),
        "DOI": address.map(lambda tail: "10.1234/x" + tail), "URL": address.map(lambda tail: "https://x.org/a" + tail),
        "editor": names, "publisher": st.just("Press"), "genre": st.just("Kind"), "note": text, "keyword": text})
    return st.lists(item, min_size=1, max_size=12).map(
        lambda made: [{"id": f"key{index}", **item} for index, item in enumerate(made)])


TYPES = ["article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
         "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event", "hearing", "interview",
         "legal_case", "legislation", "manuscript", "map", "motion_picture", "pamphlet", "paper-conference", "patent",
         "performance", "periodical", "personal_communication", "post", "post-weblog", "regulation", "report", "review",
         "software", "song", "speech", "standard", "thesis", "treaty", "webpage"]


def without(*excluded):
    return [fragment for fragment in FRAGMENTS if fragment not in excluded]


@effort(60)
@given(items(FRAGMENTS))
def test_hostile_references_survive_bibtexparser(made):
    check_bibtexparser(made)


# pandoc 2.17 does not know the commands of TeX for a brace alone, and passes them over. Of given names it takes words
# in small letters at the end for particles, and drops a comma there, in braces too.
LONE = ("{", "}", "@article{k,")


@effort(60)
@given(items(without(*LONE), in_given=without(*LONE, "a", "word", "of ", "the ", " and ", "AND ", ",")))
def test_hostile_references_survive_pandoc(made):
    check_pandoc_bibtex(made)


# bibutils divides names at bars, as it holds them itself, and passes over a name that is "and" alone.
UNDIVIDED = without("|", " and ", "AND ")


@effort(60)
@given(items(FRAGMENTS, [*UNDIVIDED, "Foo and Bar"]))
def test_hostile_references_survive_bibutils(made):
    check_bibutils_bibtex(made)


# In RIS it also divides them at "and".
@effort(60)
@given(made=items(FRAGMENTS, UNDIVIDED))
def test_hostile_references_survive_bibutils_as_ris(tmp_path, made):
    check_bibutils_ris(made, tmp_path)


@effort(200)
@given(items(FRAGMENTS))
def test_hostile_references_stay_in_their_lines(made):
    check_ris_lines(made)
