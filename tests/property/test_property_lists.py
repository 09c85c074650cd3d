"""Lists against a slow model of them: filters, order, pages, facets, neighbours, for queries of all kinds."""
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import values
from contract import shipped
from model import SHOWN, Lists, counts, ends_of, ordered, pairs_of, split

CONTRACT = shipped()
LISTS = [operation for operation in CONTRACT.operations if operation.is_list and operation.template.count("/") == 2
         and operation.collection in values.COLLECTIONS]
EVERY_LIST = pytest.mark.parametrize("operation", LISTS, ids=repr)
FILTERS = [(operation, name) for operation in LISTS for name in operation.query_parameters if name not in SHOWN]
WHOLE = {"fields": "id", "limit": 500}


@pytest.fixture(scope="module")
def lists(history):
    return Lists(history)


def query_of(data, pool, operation, most=3):
    """Filters by name, at most one of the two on dates."""
    names = [name for name in operation.query_parameters if name not in SHOWN]
    chosen = data.draw(st.lists(st.sampled_from(names), max_size=most, unique=True))
    if "date" in chosen and "date__within" in chosen:
        chosen.remove("date")
    known = operation.query_parameters
    return {name: data.draw(values.allowed(pool, operation, known[name])) for name in chosen}


def sort_of(data, pool, operation):
    """Keys to sort by, but the score, which needs a search."""
    keys = [key for key in sort_keys(pool, operation) if "score" not in key]
    return data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique_by=lambda key: key.lstrip("-")))


def sort_keys(pool, operation):
    return pool.contract.resolved(operation.query_parameters["sort"]["schema"])["items"]["enum"]


def sort_default(pool, operation):
    return pool.contract.resolved(operation.query_parameters["sort"]["schema"])["default"]


def titles(pool, operation, field):
    """The titles of the values of a closed list, in its order, as the contract has them; else {}."""
    schema = pool.contract.resolved(operation.query_parameters[field]["schema"]) if field in operation.query_parameters else {}
    items = pool.contract.resolved(schema.get("items", {}))
    return {each["value"]: each["title"] for each in items.get("x-values", [])}


def rank(pool, operation, field, value):
    """What VALUE is sorted by: its position in a closed list, or the value."""
    places = list(titles(pool, operation, field))
    return places.index(value) if value in places else value


def expected(lists, pool, operation, filters, sort=None):
    """The ids that the list must have, in order."""
    records = ordered(lists.select(operation.collection, filters), sort or sort_default(pool, operation),
                      lambda record, key: rank(pool, operation, key, record[key]), lambda record: record["id"])
    return [record["id"] for record in records]


def known_value(lists, operation, name, index):
    """A value of the field that records have, the one at INDEX of all in order."""
    field, operator = split(name)
    found = counts(lists.value(operation.collection, field, record) for record in lists[operation.collection])
    found = sorted(value for value in found if value is not None)
    return found[index * (len(found) - 1) // 4] if found else None


def candidates(lists, pool, operation, name):
    """Values of a filter that records have, or that lie between them."""
    field, operator = split(name)
    schema = pool.contract.resolved(operation.query_parameters[name]["schema"])
    if operator == "isnull":
        return [True, False]
    if name in ("date", "date__within"):
        return ["1947/1960", "1979/1988", "../1958", "2001-09/..", "199X", "1990", "2021-08", "[1954,1971,2001]", "20XX", "1999-22"]
    if name == "fiscal_year":
        return ["2010", "2002/2016", "../2003", "2015/..", "1999"]
    found = [known_value(lists, operation, name, index) for index in range(5)]
    found = [value for value in dict.fromkeys(found) if value is not None]
    if operator == "contains":
        return [value[len(value) // 3:len(value) // 3 * 2] or value for value in found] + [found[0].upper(), "%", "_", "\\"]
    if operator == "startswith":
        return [value[:3] for value in found] + [found[0][:4].upper(), "%", "_"]
    if field in ("date_start", "date_end"):
        return found + [value[:7] for value in found] + [value[:4] for value in found]
    if schema.get("type") == "array":
        others = pool.ids.get(schema.get("x-collection"), [])[:1]
        return [[value] for value in found + others] + [found[:2], found]
    return found


@EVERY_LIST
def test_a_filter_chooses_the_records_that_it_should_and_has_an_effect(history, lists, pool, operation):
    every = expected(lists, pool, operation, {})
    for name in [name for of, name in FILTERS if of is operation]:
        tried = candidates(lists, pool, operation, name)
        effects = set()
        for value in tried:
            answer = history.ok(operation.template, pairs_of(operation, {name: value}), **WHOLE)
            wanted = expected(lists, pool, operation, {name: value})
            assert answer.ids == wanted, f"{name}={value}"
            assert answer.total == len(wanted)
            effects.add(answer.ids != every)
        assert True in effects, f"no value of {name} changes the list: {tried}"


@EVERY_LIST
@settings(max_examples=30)
@given(data=st.data())
def test_filters_and_order_agree_with_the_model(history, lists, pool, operation, data):
    filters, sort = query_of(data, pool, operation), sort_of(data, pool, operation)
    answer = history.ok(operation.template, pairs_of(operation, filters), sort=sort, **WHOLE)
    assert answer.ids == expected(lists, pool, operation, filters, sort), (filters, sort)
    assert answer.total == len(answer.ids)


@EVERY_LIST
def test_each_key_of_sort_orders_the_list(history, lists, pool, operation):
    for key in sort_keys(pool, operation):
        if "score" in key:
            problem = history.get(operation.template, sort=key)
            assert (problem.status, problem.culprits) == (400, {"sort"}), "only a search has scores"
            continue
        assert history.ok(operation.template, sort=key, **WHOLE).ids == expected(lists, pool, operation, {}, [key]), key
    assert history.ok(operation.template, **WHOLE).ids == expected(lists, pool, operation, {})


@EVERY_LIST
@settings(max_examples=15)
@given(data=st.data())
def test_the_union_of_pages_is_the_list_forward_and_backward(history, lists, pool, operation, data):
    filters, sort = query_of(data, pool, operation, most=2), sort_of(data, pool, operation)
    whole = expected(lists, pool, operation, filters, sort)
    limit = data.draw(st.integers(1 + len(whole) // 8, max(2, len(whole) + 1)))
    first = history.ok(operation.template, [*pairs_of(operation, filters), ("sort", sort), ("limit", limit), ("fields", "id")])
    pages = list(history.walk(first))
    assert [id for page in pages for id in page.ids] == whole
    assert {page.total for page in pages} == {len(whole)}
    assert [page.json["links"]["prev"] is None for page in pages] == [True] + [False] * (len(pages) - 1)
    back = list(history.walk(pages[-1], "prev"))
    # A page from behind is filled from its end, so that the cuts may fall elsewhere.
    assert [id for page in reversed(back) for id in page.ids] == whole
    for page in pages:
        assert all(page.data), "an empty page has no link to it"


@EVERY_LIST
@settings(max_examples=10)
@given(data=st.data())
def test_offset_passes_over_records(history, lists, pool, operation, data):
    whole = expected(lists, pool, operation, {})
    offset, limit = data.draw(st.integers(0, len(whole) + 2)), data.draw(st.integers(1, 20))
    page = history.ok(operation.template, offset=offset, limit=limit, fields="id")
    assert page.ids == whole[offset:offset + limit]
    assert page.total == len(whole)
    behind = page.json["links"]["next"]
    assert history.ok(behind).ids == whole[offset + limit:offset + 2 * limit] if behind else offset + limit >= len(whole)


def facets_of(pool, operation):
    return pool.contract.resolved(operation.query_parameters["facet"]["schema"])["items"]["enum"]


def facet_expected(lists, operation, filters, facet):
    rest = {name: value for name, value in filters.items() if split(name)[0] != facet}
    return counts(lists.value(operation.collection, facet, record) for record in lists.select(operation.collection, rest))


@EVERY_LIST
@settings(max_examples=12)
@given(data=st.data())
def test_facets_count_what_the_filters_leave_but_their_own(history, lists, pool, operation, data):
    filters = query_of(data, pool, operation)
    facets = data.draw(st.lists(st.sampled_from(facets_of(pool, operation)), min_size=1, max_size=3, unique=True))
    plain = history.ok(operation.template, pairs_of(operation, filters), limit=3)
    answer = history.ok(operation.template, pairs_of(operation, filters), facet=facets, limit=3)
    assert (answer.ids, answer.total) == (plain.ids, plain.total), "facets change nothing else"
    assert list(answer.json["meta"]["facets"]) == facets
    for facet, told in answer.json["meta"]["facets"].items():
        wanted = facet_expected(lists, operation, filters, facet)
        found = {each["value"]: each["count"] for each in told["values"]}
        assert len(found) == len(told["values"]) == min(len(wanted), 100)
        assert told["truncated"] == (len(wanted) > 100)
        assert found.items() <= wanted.items(), facet
        sizes = [each["count"] for each in told["values"]]
        assert sizes == sorted(wanted.values(), reverse=True)[:100], "the most frequent values come first"
        for each in told["values"]:
            if each["value"] is None:
                named = titles(pool, operation, facet) or lists.is_named(facet)
                assert each["label"] == (f"No {facet.replace('_', ' ')}" if named else None)
                continue
            assert each["label"] == (lists.label(operation.collection, facet, each["value"]) or
                                     titles(pool, operation, facet).get(each["value"]))


@EVERY_LIST
@pytest.mark.parametrize("order", ["value", "position"])
def test_facets_are_put_in_order(history, lists, pool, operation, order):
    facets = facets_of(pool, operation)
    told = history.ok(operation.template, facet=facets[:10], facet_sort=order, limit=1).json["meta"]["facets"]
    for facet, found in told.items():
        wanted = facet_expected(lists, operation, {}, facet)
        places = sorted((value for value in wanted if value is not None),
                        key=lambda value: rank(pool, operation, facet, value) if order == "position" else value)
        places += [None] if None in wanted else []
        assert [(each["value"], each["count"]) for each in found["values"]] == [(value, wanted[value]) for value in places[:100]], facet


@EVERY_LIST
@pytest.mark.parametrize("order", ["count", "value", "position"])
@pytest.mark.parametrize("filters", [{"q": "a*"}, {"q": "a* OR p*", "corpus": ["paper", "official"]}, {"reference__not": "dawi-2022"}], ids=repr)
def test_facets_asked_together_are_those_asked_alone(history, pool, operation, filters, order):
    """Together they are counted in one pass, alone by SQL; a value in a filter of its own field is counted alone in either case."""
    if not filters.keys() <= operation.query_parameters.keys():
        pytest.skip("the collection has no such filter")
    shown = {"facet_sort": order, "limit": 1}
    facets = facets_of(pool, operation)
    together = history.ok(operation.template, filters, facet=facets[:10], **shown).json["meta"]["facets"]
    together |= history.ok(operation.template, filters, facet=facets[-10:], **shown).json["meta"]["facets"]
    assert any(found["values"] for found in together.values())
    for facet in facets:
        assert together[facet] == history.ok(operation.template, filters, facet=facet, **shown).json["meta"]["facets"][facet], facet


@EVERY_LIST
def test_a_count_of_a_facet_is_the_total_of_the_list_with_its_value(history, pool, operation):
    for facet in facets_of(pool, operation):
        told = history.ok(operation.template, facet=facet, limit=1).json["meta"]["facets"][facet]
        assert told["values"], f"{facet} counts nothing"
        for each in told["values"][:4] + told["values"][-2:]:
            if each["value"] is None:
                filtered = history.ok(operation.template, {facet + "__isnull": True}, limit=1, fields="id")
            else:
                filtered = history.ok(operation.template, {facet: each["value"]}, limit=1, fields="id")
            assert filtered.total == each["count"], (facet, each)


@EVERY_LIST
@settings(max_examples=15)
@given(data=st.data())
def test_a_filter_and_its_not_divide_the_list(history, lists, pool, operation, data):
    names = [name for name in operation.query_parameters if name + "__not" in operation.query_parameters]
    name = data.draw(st.sampled_from(names))
    value = data.draw(values.allowed(pool, operation, operation.query_parameters[name]))
    every = history.ok(operation.template, **WHOLE).ids
    some = history.ok(operation.template, pairs_of(operation, {name: value}), **WHOLE).ids
    others = history.ok(operation.template, pairs_of(operation, {name + "__not": value}), **WHOLE).ids
    assert [id for id in every if id in set(some)] == some
    assert [id for id in every if id not in set(some)] == others


@EVERY_LIST
@settings(max_examples=10)
@given(data=st.data())
def test_commas_and_repetition_say_the_same(history, pool, operation, data):
    names = [name for name, parameter in operation.query_parameters.items() if pool.contract.resolved(parameter["schema"]).get("type") == "array"]
    name = data.draw(st.sampled_from(names))
    schema = pool.contract.resolved(operation.query_parameters[name]["schema"])
    ordered = schema.get("uniqueItems", False)
    chosen = data.draw(st.lists(values.items_of(pool, schema), min_size=1, max_size=min(4, schema.get("maxItems", 4)), unique=ordered))
    query = [("q", "the")] if {"score", "-score"} & set(chosen) and name == "sort" else []
    comma = history.ok(operation.template, [*query, *pairs_of(operation, {name: chosen})], limit=5)
    # Of values whose order says nothing, any order is the same.
    repeated = [(name, item) for item in (chosen if ordered else chosen[::-1])]
    again = history.ok(operation.template, [*query, *repeated], limit=5)
    assert (comma.body, comma.headers["etag"]) == (again.body, again.headers["etag"])


@EVERY_LIST
def test_undated_records_are_left_out_and_counted(history, lists, pool, operation):
    if "date" not in operation.query_parameters:
        problem = history.get(operation.template, date="1979")
        assert (problem.status, problem.culprits) == (400, {"date"})
        return
    undated = [record for record in lists[operation.collection] if lists.ends(operation.collection, record) == (None, None)]
    for name in ("date", "date__within"):
        for filters in ({}, {"note": ["date-inferred"]}):
            count = len(lists.select(operation.collection, filters, undated))
            answer = history.ok(operation.template, {name: "1900/2100", **filters})
            warnings = answer.json["meta"]["warnings"]
            told = [(each["code"], each["count"]) for each in warnings]
            assert [each for each in told if each[0] != "other-corpus"] == ([("undated-left-out", count)] if count else [])
            header = ", ".join(f"{code}; count={number}" for code, number in told)
            assert answer.headers.get("dataset-warning") == (header or None)
            for page in history.walk(history.ok(operation.template, {name: "1900/2100", **filters}, limit=max(1, answer.total // 4))):
                assert page.json["meta"]["warnings"] == warnings, "a cursor keeps the warning"
    assert "undated-left-out" not in [each["code"] for each in history.ok(operation.template).json["meta"]["warnings"]]


def test_derived_dates_are_those_of_the_text(lists):
    dated = 0
    for record in lists["events"]:
        ends = lists.ends("events", record)
        assert (record["date_start"], record["date_end"]) == ends, record["id"]
        assert record["year"] == (int(ends[0][:4]) if ends[0] else None)
        dated += ends != (None, None)
    assert dated > 50
    for record in lists["aid"]:
        start, _ = ends_of(record["act_edtf"] or record["period_edtf"])
        assert record["year"] == (int(start[:4]) if start else None)


def evidence_expected(records):
    """On what the records rest, from their own citations and notes."""
    works = [len({citation["reference"] for citation in record["citations"]}) for record in records]
    return {"no_work": works.count(0), "one_work": works.count(1), "several_works": sum(count > 1 for count in works),
            "noted": sum(any(note["weight"] == "substantive" for note in record["notes"]) for record in records)}


@pytest.mark.parametrize("operation", [o for o in LISTS if "evidence" in o.query_parameters], ids=repr)
@settings(max_examples=15)
@given(data=st.data())
def test_evidence_counts_all_records_that_match(history, lists, pool, operation, data):
    filters = query_of(data, pool, operation)
    asked = pairs_of(operation, {**filters, "evidence": True, "limit": 1})
    meta = history.ok(operation.template, asked).json["meta"]
    records = lists.select(operation.collection, filters)
    disputed = sum(record["status"] == "disputed" for record in records) if operation.collection == "events" else None
    assert meta["evidence"] == {**evidence_expected(records), "disputed": disputed}
    assert meta["total"] == len(records)


INCLUDES = [(operation, key) for operation in CONTRACT.operations if "include" in operation.query_parameters
            for key in CONTRACT.resolved(operation.query_parameters["include"]["schema"])["items"]["enum"] if key != "related"]
FIELD_OF = {"actors": "actor", "references": "reference", "themes": "theme", "events": "event"}
# What the records of each collection embed.
EMBEDS = {operation.collection: {key for other, key in INCLUDES if other is operation} for operation, _ in INCLUDES if operation.is_list}


@pytest.mark.parametrize("operation, key", INCLUDES, ids=[f"{o.id}-{k}" for o, k in INCLUDES])
def test_included_are_the_neighbours_each_once_as_their_own_address_shows_them(history, lists, pool, operation, key):
    query = {**least(pool, operation, 7), "include": key}
    answer = history.ok(values.path_of(pool, operation), query)
    records = answer.data if isinstance(answer.data, list) else [answer.data]
    wanted = sorted(named_as(lists, key, records))
    assert list(answer.json["included"]) == [key]
    assert answer.json["included"][key] == [lists.by_id[key][id] for id in wanted]
    del query["include"]
    without = history.ok(values.path_of(pool, operation), query)
    assert without.json["included"] is None and without.data == answer.data


def least(pool, operation, limit):
    """What must be asked for some records: LIMIT of a list."""
    ids = [ids[place] for ids in pool.ids.values() for place in (0, 3, -1)]
    return {"limit": limit} if operation.is_list else {"id": ids} if operation.id == "getRecords" else {}


def named_as(lists, key, records):
    """The ids of the collection KEY that RECORDS embed."""
    of = [(record["url"].split("/")[2], record) for record in records]
    found = [lists.value(collection, FIELD_OF[key], record) for collection, record in of if key in EMBEDS.get(collection, ())]
    return {id for each in found for id in (each if isinstance(each, list) else [each]) if id}


def related_of(record):
    """The ids that a record names beside those that other values of `include` embed."""
    works = ["reference", "via"] if record["type"] == "reference" else ["via"]
    yield from (citation[key] for citation in record["citations"] for key in works)
    yield from (id for note in record["notes"] for id in note["related"])
    yield from (relation["target"] for relation in record.get("relations", []))
    yield from (relation["source"] for relation in record.get("incoming_relations", []))
    yield from (office["of"] for office in record.get("offices", []))
    yield record.get("parent")
    yield record.get("era")


RELATED = [operation for operation in CONTRACT.operations if "include" in operation.query_parameters]


@pytest.mark.parametrize("operation", RELATED, ids=repr)
@settings(max_examples=3)
@given(data=st.data())
def test_related_are_all_that_records_name_by_collection(history, lists, pool, operation, data):
    others = pool.contract.resolved(operation.query_parameters["include"]["schema"])["items"]["enum"]
    include = list(dict.fromkeys(["related", data.draw(st.sampled_from(others))]))
    query = least(pool, operation, data.draw(st.sampled_from([1, 20, 500])))
    answer = history.ok(values.path_of(pool, operation), {**query, "include": include})
    records = answer.data if isinstance(answer.data, list) else [answer.data]
    named = {id for record in records for id in related_of(record)}
    for collection, found in answer.json["included"].items():
        wanted = {id for id in named if id in lists.by_id[collection]}
        if collection in include:
            wanted |= named_as(lists, collection, records)
        assert found == [lists.by_id[collection][id] for id in sorted(wanted)], collection
    assert list(answer.json["included"]) == list(lists)


IDS = next(operation for operation in CONTRACT.operations if operation.id == "getRecords")


@settings(max_examples=30)
@given(data=st.data())
def test_records_by_id_are_those_of_the_lists_in_the_order_asked(history, lists, data):
    known = {id: record for records in lists.by_id.values() for id, record in records.items()}
    removed = {change["id"]: change for change in history.records("/v1/changes", {"change": "removed", "corpus": "paper,official"}) if change["id"] not in known}
    ids = data.draw(st.lists(st.sampled_from([*known, *removed, "never-was-one"]), min_size=1, max_size=50, unique=True))
    answer = history.ok(IDS.template, {"id": ids})
    assert answer.data == [known[id] for id in ids if id in known]
    assert [(each["id"], each["type"], each["removed_at"], each["replaced_by"]) for each in answer.json["meta"]["missing"]] == [
        (id, *((removed[id][key] for key in ("type", "time", "replaced_by")) if id in removed else (None,) * 3)) for id in ids if id not in known]
    for each in answer.json["meta"]["missing"]:
        assert each["reason"] == ("merged" if each["replaced_by"] else "removed" if each["type"] else "unknown")
        assert (each["replaced_by"] or "").rpartition("/")[2] == (each["replaced_by_id"] or "")
    alone = history.ok(IDS.template, {"id": ids, "format": "array"})
    assert alone.json == answer.data and alone.headers.get("dataset-warning") == answer.headers.get("dataset-warning")
    assert [json.loads(line) for line in history.ok(IDS.template, {"id": ids, "format": "ndjson"}).body.splitlines()] == answer.data


@EVERY_LIST
def test_a_record_alone_is_the_record_of_the_list(history, lists, operation):
    for record in lists[operation.collection][::9]:
        assert history.ok(f"{operation.template}/{record['id']}").data == record
        assert record["url"] == f"{operation.template}/{record['id']}"


@EVERY_LIST
def test_links_of_a_record_lead_to_as_many_records_as_it_counts(history, lists, operation):
    for record in lists[operation.collection][::11]:
        assert set(record["counts"]) == set(record["links"]) - {"history"}
        for name, count in record["counts"].items():
            assert history.ok(record["links"][name]).total == count, record["links"][name]
        assert history.ok(record["links"]["history"]).total >= 1


@EVERY_LIST
@settings(max_examples=8)
@given(data=st.data())
def test_the_canonical_query_and_self_ask_the_same_again(history, pool, operation, data):
    filters = query_of(data, pool, operation)
    answer = history.ok(operation.template, data.draw(st.permutations(pairs_of(operation, filters))), limit=3)
    for address in (f"{operation.template}?{answer.json['meta']['query']}", answer.json["links"]["self"]):
        again = history.ok(address)
        assert (again.body, again.headers["etag"]) == (answer.body, answer.headers["etag"])
    pinned = history.ok(answer.json["links"]["permalink"])
    assert (pinned.data, pinned.total) == (answer.data, answer.total)


BOUNDS = [("gte", "1990"), ("gt", "1990"), ("gte", "2001-09-12"), ("gt", "2001-09-11"), ("gte", "2001-09"), ("gt", "2021-08")]
ENDS = [("lt", "2011"), ("lte", "2011"), ("lt", "2001-09-11"), ("lte", "2001-09-11"), ("lte", "2001-09"), ("lt", "1947-08")]
CHOSEN = [{}, {"era": ["gwot"]}, {"era": ["cold-war"]}, {"kind": ["policy"]}, {"trend": ["divergence"]}, {"status": ["reported"]}]


@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_totals_of_spans_that_are_added_up_by_months_agree_with_the_model(history, lists, pool, chosen):
    operation = next(operation for operation in LISTS if operation.collection == "events")
    spans = [[], *([bound] for bound in BOUNDS + ENDS), *([bound, end] for bound in BOUNDS for end in ENDS), [BOUNDS[0], BOUNDS[2]]]
    for span in spans:
        filters = chosen | {f"date_start__{operator}": day for operator, day in span}
        for revision in (None, 1):
            pinned = {"as_of": revision} if revision else {}
            answer = history.ok(operation.template, pairs_of(operation, filters), **WHOLE, **pinned)
            assert answer.total == len(answer.ids), (filters, revision)
            assert revision or answer.ids == expected(lists, pool, operation, filters), filters
