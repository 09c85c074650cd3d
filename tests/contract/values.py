"""Values for the parameters of the contract: those that their schemas allow, and those that they forbid.

Ids, keys, texts, cursors and revisions come from the running service.
"""
import datetime
import json
import re
from urllib.parse import parse_qsl

from hypothesis import strategies as st

from service import target_of

COLLECTIONS = ["events", "aid", "actors", "references", "eras", "themes"]
URL_VALUES_MAX = 50  # of a list, as the contract says


class Pool:
    """What the service has: records, and so the ids, words and cursors that a client may know."""

    def __init__(self, client, edited):
        self.client = client
        self.edited = edited  # of each collection a record with a history
        self.contract = client.contract
        self.records = {name: client.records(f"/v1/{name}") for name in COLLECTIONS}
        self.ids = {name: [record["id"] for record in records] for name, records in self.records.items()}
        self.texts = sorted({value for records in self.records.values() for record in records
                             for key in ("title", "name", "creators", "container", "citekey", "doi")
                             if (value := record.get(key)) is not None})
        self.numbers = sorted({value for records in self.records.values() for record in records
                               for key in ("year", "amount_usd", "fiscal_year_start", "position")
                               if (value := record.get(key)) is not None})
        self.days = sorted({value for record in self.records["events"]
                            for key in ("date_start", "date_end") if (value := record[key])})
        self.cursors = {operation.id: self.cursors_of(operation)
                        for operation in self.contract.operations if operation.is_list}
        self.revisions = self.revisions_known()

    def cursors_of(self, operation):
        cursors = []
        for query in ({"limit": 1}, {"limit": 1, "offset": 1}):
            page = self.client.ok(target(self, operation), query)
            links = [page.json["links"]["next"], page.json["links"]["prev"]]
            cursors += [text for link in links if link
                        for name, text in parse_qsl(link.partition("?")[2]) if name == "cursor"]
        assert cursors, f"the dataset has too few records for a second page of {operation.id}"
        return cursors

    def revisions_known(self):
        """Every way to write the revisions that the service has."""
        known = []
        newest = self.client.ok("/v1/eras").json["meta"]
        for number in range(1, newest["dataset_revision"] + 1):
            answer = self.client.ok("/v1/eras", as_of=number)
            (digits,) = [text for name, text in parse_qsl(answer.json["links"]["permalink"].partition("?")[2])
                         if name == "as_of"]
            known += [str(number), digits, answer.json["meta"]["dataset_version"]]
        times = {record["updated_at"] for records in self.records.values() for record in records}
        return known + sorted(times) + sorted(time[:10] for time in times)


# Strategies for single values

def days(first=1940, last=2030):
    return st.dates(datetime.date(first, 1, 1), datetime.date(last, 12, 31)).map(str)


def partial_dates(pool):
    return st.one_of(days(), days().map(lambda day: day[:7]), days().map(lambda day: day[:4]),
                     st.sampled_from(pool.days), st.sampled_from(pool.days).map(lambda day: day[:7]))


def edtf_dates():
    decade = st.integers(194, 202).map(lambda year: f"{year}X")
    season = st.tuples(st.integers(1940, 2030), st.integers(21, 24)).map(lambda pair: f"{pair[0]}-{pair[1]}")
    unspecified = st.integers(1940, 2030).map(lambda year: f"{year}-XX")
    plain = st.one_of(days(), days().map(lambda day: day[:7]), days().map(lambda day: day[:4]), decade, season,
                      unspecified, st.sampled_from(["19XX", "20XX"]))
    return st.tuples(plain, st.sampled_from(["", "", "", "?", "~", "%"])).map("".join)


def edtf_intervals():
    two = st.tuples(days(), days(), st.sampled_from([4, 7, 10])).map(
        lambda three: "/".join(sorted(text[:three[2]] for text in three[:2])))
    half = st.tuples(days(), st.sampled_from(["../{}", "{}/..", "/{}", "{}/"])).map(lambda two: two[1].format(two[0]))
    return st.one_of(two, half)


def edtf_sets():
    return st.lists(days().map(lambda day: day[:4]), min_size=2, max_size=3, unique=True).map(
        lambda years: f"[{','.join(sorted(years))}]")


def fiscal_years():
    years = st.integers(1900, 2100)
    span = st.tuples(years, years).map(lambda two: f"{min(two)}/{max(two)}")
    half = st.tuples(years, st.sampled_from(["../{}", "{}/.."])).map(lambda two: two[1].format(two[0]))
    return st.one_of(years.map(str), span, half)


def any_text(most):
    return st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=most)


def texts(pool, schema):
    """Words of the records, whole or in part, and anything else that is text; of a pattern, the ids that fit it."""
    if "pattern" in schema:
        return st.sampled_from([id for ids in pool.ids.values() for id in ids if re.search(schema["pattern"], id)])
    most = min(schema.get("maxLength", 40), 40)
    known = st.sampled_from([text[:most] for text in pool.texts])
    part = st.tuples(known, st.integers(0, 30), st.integers(1, 12)).map(lambda t: t[0][t[1]:t[1] + t[2]] or t[0])
    return st.one_of(known, part, any_text(most))


def search_texts(pool):
    """Words, phrases, exclusions and prefixes of `q`; any other text is a search too."""
    words = sorted({word for text in pool.texts for word in text.split() if word.isalpha()})
    word = st.sampled_from(words)
    form = st.sampled_from(["{}", "{}*", '"{}"', "-{}", '"{} {}"', "{} {}", "{} -{}"])
    return st.one_of(st.tuples(form, word, word).map(lambda three: three[0].format(*three[1:])), any_text(40))


FORMATS = {"edtf": lambda pool: st.one_of(edtf_dates(), edtf_intervals(), edtf_sets()), "partial-date": partial_dates,
           "fiscal-years": lambda pool: fiscal_years(), "date": lambda pool: days()}


def scalars(pool, schema):
    schema = pool.contract.resolved(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if schema.get("x-collection"):
        return st.sampled_from(pool.ids[schema["x-collection"]])
    if schema.get("type") == "boolean":
        return st.booleans()
    if schema.get("type") == "integer":
        least, most = schema.get("minimum", 0), schema.get("maximum", 10 ** 6)
        near = [number for number in pool.numbers if least <= number <= most] or [least]
        return st.one_of(st.integers(least, most), st.sampled_from(near), st.sampled_from([least, most]))
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]](pool)
    assert schema.get("type") == "string", f"the tests know no values for {schema}"
    return texts(pool, schema)


def items_of(pool, schema):
    if schema.get("x-collection"):
        return st.sampled_from(pool.ids[schema["x-collection"]])
    items = pool.contract.resolved(schema["items"])
    if "enum" in items:
        return st.sampled_from(items["enum"])
    # A list is split at commas, so that no value of it can hold one.
    return scalars(pool, items).map(lambda text: text.replace(",", "-"))


def allowed(pool, operation, parameter):
    """Strategy of values that the contract allows: a text, an integer, a boolean or a list of texts."""
    schema = pool.contract.resolved(parameter["schema"])
    if parameter["name"] == "cursor":
        return st.sampled_from(pool.cursors[operation.id])
    if parameter["name"] in ("as_of", "since"):
        return st.sampled_from(pool.revisions)
    if parameter["name"] == "q":
        return search_texts(pool)
    if parameter["name"] == "url":
        return st.sampled_from(citable(pool))
    if schema.get("type") == "array":
        return st.lists(items_of(pool, schema), min_size=1, max_size=min(3, schema.get("maxItems", 3)), unique=True)
    return scalars(pool, schema)


def citable(pool):
    """Addresses of lists, records and what is counted from them."""
    lists = [f"/v1/{name}" for name in COLLECTIONS]
    records = [f"/v1/{name}/{id}" for name, ids in pool.ids.items() for id in ids[:3]]
    by_id = "/v1/records?id=" + ",".join(ids[0] for ids in pool.ids.values())
    views = [by_id, "/v1/timeline", "/v1/network", "/v1/aid/totals", "/v1/aid/series", "/v1/aid/compare", "/v1/changes", "/v1/search?q=aid"]
    return lists + records + views + [path + "?as_of=1" for path in lists] + ["/v1/events?era=gwot&limit=2", "/v1/aid?sort=-amount_usd"]


def text_of(value):
    if isinstance(value, list):
        return ",".join(map(str, value))
    return json.dumps(value) if isinstance(value, bool) else str(value)


def written(parameter, value, repeated):
    """The pairs of a query that say VALUE."""
    name = parameter["name"]
    if repeated and isinstance(value, list):
        return [(name, item) for item in value]
    return [(name, text_of(value))]


def path_of(pool, operation):
    """A path of the operation that leads to something."""
    path = operation.template
    for parameter in operation.path_parameters:
        schema = pool.contract.resolved(parameter["schema"])
        value = pool.edited[schema["x-collection"]] if "x-collection" in schema else parameter["example"]
        path = path.replace("{%s}" % parameter["name"], str(value))
    return path


def target(pool, operation):
    """The shortest address of the operation that is answered."""
    return target_of(path_of(pool, operation), [(name, parameter["example"]) for name, parameter
                                                in operation.query_parameters.items() if parameter.get("required")])


# What is forbidden

BAD_FORMATS = {
    "edtf": ["yesterday", "1979-13", "1979-02-30", "1988/1979", "/", "../..", "1979-1-1", "79", "1979//1980", "1979-12T10:00"],
    "partial-date": ["yesterday", "1979-13", "1979-02-30", "197", "19790101", "1979-1", "199X", "1979/1980", "1979-21"],
    "fiscal-years": ["x", "2016/2002", "../..", "1899", "2101", "2002/", "02", "2002-2016"],
    "date": ["yesterday", "1979-13-01", "1979"],
}
BAD_INTEGERS = ["abc", "", "1.5", "1e3", "+1", "01", " 1", "1 ", "--1", "0x10", "99999999999999999999", "1,2"]
BAD_BOOLEANS = ["", "yes", "1", "TRUE", "true,false"]
BAD_CURSORS = ["x", "AAAA", "%", "a b", "====", "W10"]
BAD_REVISIONS = ["x", "-1", "0", "2026-13-01", "abcdef", "2026-11-23T25:00:00Z"]


def damaged(cursor):
    middle = len(cursor) // 2
    other = "A" if cursor[middle] != "A" else "B"
    return [cursor[:-5], cursor[:middle] + other + cursor[middle + 1:], cursor + "AAAA"]


def bad_items(pool, schema):
    """Single values that a list refuses."""
    items = pool.contract.resolved(schema["items"])
    if schema.get("x-collection") or "x-collection" in items:
        return ["never-was-one", "Upper-Case", "a" * 81, "under_score", "1-digit", "totals"]
    if "enum" in items:
        first = str(items["enum"][0])
        return [first + "x", first.swapcase(), " " + first, "no-such-value"]
    return ["a" * (items["maxLength"] + 1)]


def forbidden(pool, operation, parameter):
    """Texts that the contract forbids, each alone."""
    schema = pool.contract.resolved(parameter["schema"])
    kind = schema.get("type")
    if parameter["name"] == "cursor":
        return BAD_CURSORS + damaged(pool.cursors[operation.id][0])
    if parameter["name"] in ("as_of", "since"):
        return ["", *BAD_REVISIONS, "a" * 41]
    if parameter["name"] == "url":
        return ["", "v1/events", "https://example.org/v1/events", "/v1/evnts", "/v1/timelines", "/v1/cite?url=/v1/events", "/healthz",
                "/v1/events?ear=gwot", "/v1/events?limit=0", "/v1/events/../aid", "/v1/events/%2", "/" + "a" * schema["maxLength"]]
    if kind == "array":
        bad = bad_items(pool, schema)
        some = items_of_one(pool, schema)
        bad += ["", ",", some + ",", "," + some, some + ",," + some, f"{some},{bad[0]}"]
        many = schema.get("maxItems", URL_VALUES_MAX) + 1
        bad.append(",".join(f"v{number}" for number in range(many)))
        return bad + ([f"{some},{some}"] if schema.get("uniqueItems") else [])
    if kind == "boolean":
        return BAD_BOOLEANS
    if kind == "integer":
        bad = [str(schema[bound] + step) for bound, step in (("minimum", -1), ("maximum", 1)) if bound in schema]
        return BAD_INTEGERS + bad
    if "enum" in schema:
        first = str(schema["enum"][0])
        return ["", first + "x", first.swapcase(), f"{first},{first}"]
    if schema.get("format"):
        return ["", *BAD_FORMATS[schema["format"]]]
    if schema.get("x-collection"):
        return ["", "never-was-one", "Upper-Case"]
    return ([""] if schema.get("minLength") else []) + (["a" * (schema["maxLength"] + 1)] if "maxLength" in schema else [])


def items_of_one(pool, schema):
    if schema.get("x-collection"):
        return pool.ids[schema["x-collection"]][0]
    items = pool.contract.resolved(schema["items"])
    return str(items["enum"][0]) if "enum" in items else "some"
