"""Every parameter of the contract has an effect: some allowed value of it changes the answer.

Filters of the six lists are judged one by one against a model elsewhere; here are all other parameters.
"""
import pytest

import values
from contract import shipped
from model import SHOWN, Lists
from test_property_lists import FILTERS, candidates, facets_of

CONTRACT = shipped()
JUDGED = {(operation.id, name) for operation, name in FILTERS}
OTHERS = [(operation, name) for operation in CONTRACT.operations for name in operation.query_parameters
          if (operation.id, name) not in JUDGED]
# Sums take the filters of a list.
SUMMED = {"getNetwork": "listEvents", "getTimeline": "listEvents", "getAidTotals": "listAid", "getAidSeries": "listAid",
          "getAidComparison": "listAid"}
# Parameters with one value, for more to come.
SINGLE = {"getAidSeries": ["by"]}


@pytest.fixture(scope="module")
def lists(history):
    return Lists(history)


def base(operation):
    """What every query of the operation needs; a word that many records hold is looked for."""
    needed = {"q": "pakistan", "url": "/v1/events", "id": "pakistan,gwot"}
    return {name: value for name, value in needed.items() if operation.query_parameters.get(name, {}).get("required")}


def tried(operation, name, pool, lists):
    """Queries that use the parameter."""
    schema = pool.contract.resolved(operation.query_parameters[name]["schema"])
    items = pool.contract.resolved(schema["items"]) if "items" in schema else schema
    if name == "cursor":
        return [{name: cursor} for cursor in pool.cursors[operation.id]]
    if name == "q":
        return [{name: "nuclear"}, {name: "edited"}]
    if name == "prefix":
        return [{"q": "nuclea", name: "true"}]
    if name in ("as_of", "since"):
        return [{name: "1"}, {name: "2"}]
    if name in ("limit", "offset"):
        return [{name: 1}]
    if name == "min_weight":
        return [{name: 2}]
    if name in ("dollars", "base_year"):
        return [{"dollars": "constant", "base_year": 2000}]
    if operation.id == "getRecords" and name == "id":
        return [{name: "dawi-2022"}]
    if name == "url":
        return [{name: "/v1/aid"}]
    if name in ("strict", "spread", "evidence"):
        return [{name: "true"}]
    if name == "fields":
        return [{name: "id"}]
    if name == "format":
        return [{name: value} for value in items["enum"]]
    if name == "bom":
        return [{name: 1, "format": "csv"}]
    if name == "facet_sort":
        facets = facets_of(pool, operation)[:10]
        return [{name: value, "facet": facets} for value in items["enum"]]
    if name == "sort" and "q" not in base(operation):
        return [{name: key} for key in items["enum"] if "score" not in key]
    if operation.id == "listChanges" and name not in CONTRACT.by_id["listEventRevisions"].query_parameters:
        lists_of = [of for of, filter in FILTERS if filter == name and of.id.startswith("list")]
        return [{name: value} for of in lists_of for value in candidates(lists, pool, of, name)[:3]]
    if operation.id in SUMMED and name not in SHOWN:
        return [{name: value} for value in candidates(lists, pool, CONTRACT.by_id[SUMMED[operation.id]], name)[:3]]
    if "enum" in items:
        return [{name: value} for value in items["enum"]]
    if schema.get("type") == "integer":
        return [{name: number} for number in (1, 2, 3)]
    raise AssertionError(f"no test says what {name} of {operation.id} does")


def essence(answer):
    """The answer without what only repeats the question; of a problem, which one."""
    if answer.status == 422:
        return answer.json["code"]
    if answer.json is None or "meta" not in answer.json:
        return answer.body
    meta = {key: value for key, value in answer.json["meta"].items() if key in ("total", "returned", "facets", "evidence", "missing", "warnings")}
    return answer.data, meta, answer.json.get("included")


@pytest.mark.parametrize("operation", list(dict.fromkeys(operation for operation, _ in OTHERS)), ids=repr)
def test_a_parameter_has_an_effect(history, lists, pool, operation):
    path = values.path_of(pool, operation)
    without = essence(history.ok(path, base(operation)))
    for name in sorted((name for of, name in OTHERS if of is operation), key=("bom", "facet_sort").__contains__):
        needed = {} if name == "cursor" else base(operation)
        if name == "bom":
            without = essence(history.ok(path, {**needed, "format": "csv"}))
        if name == "facet_sort":
            without = essence(history.ok(path, {**needed, "facet": facets_of(pool, operation)[:10]}))
        answers = [essence(history.get(path, {**needed, **query})) for query in tried(operation, name, pool, lists)]
        if name in SINGLE.get(operation.id, ()):
            assert answers == [without], "the one value that there is is the default"
            continue
        assert any(answer != without for answer in answers), f"nothing changes by {name}"


def test_every_parameter_is_judged():
    every = {(operation.id, name) for operation in CONTRACT.operations for name in operation.query_parameters}
    assert JUDGED | {(operation.id, name) for operation, name in OTHERS} == every
    assert {name for _, name in JUDGED}.isdisjoint(SHOWN)
