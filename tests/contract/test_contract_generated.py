"""Queries made from the contract: what it allows is answered, what it forbids is refused by name."""
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import values
from contract import shipped

CONTRACT = shipped()
WITH_PARAMETERS = pytest.mark.parametrize("operation", [o for o in CONTRACT.operations if o.query_parameters], ids=repr)


def groups(size=12):
    """The parameters of each operation, some at a time."""
    for operation in CONTRACT.operations:
        names = list(operation.query_parameters)
        for at in range(0, len(names), size):
            yield pytest.param(operation, names[at:at + size], id=f"{operation.id}-{names[at]}...")


# Pairs of parameters of which each is allowed, but not beside the other.
EXCLUSIVE = {("date", "date__within")}


def small(operation, names):
    """Keeps answers short where the query does not say how long they are."""
    return [("limit", "3")] if "limit" in operation.query_parameters and "limit" not in names else []


def needed(operation, names):
    return [(name, values.text_of(p["example"])) for name, p in operation.query_parameters.items()
            if p.get("required") and name not in names]


def ask(pool, operation, pairs):
    names = {name for name, _ in pairs}
    pairs = pairs + needed(operation, names) + small(operation, names)
    return pool.client.get(values.path_of(pool, operation), pairs)


def refused_for_a_reason(answer, names):
    """The documented problems that a query of allowed values can meet."""
    if answer.status == 422:
        return answer.culprits <= {"strict", "dollars", "base_year"} & names
    if answer.status != 400:
        return False
    code, culprits = answer.json["code"], answer.culprits
    beside = any(set(pair) <= names and culprits <= set(pair) for pair in EXCLUSIVE)
    cursor = "cursor" in names and code == "bad-cursor" and culprits == {"cursor"}
    # A search needs something to look for, and only a search has scores.
    nothing = "q" in names and culprits == {"q"}
    score = "q" not in names and culprits <= {"sort", "fields"}
    # Only a search has a last word, which may be half typed.
    half = "q" not in names and culprits == {"prefix"}
    # What a form cannot carry; whether one can, is told by tests/formats.
    form = culprits <= {"facet", "facet_sort", "evidence", "include", "fields", "bom", "dollars", "base_year"} and ("format" in names or "bom" in names)
    # An order of facets needs facets.
    order = culprits == {"facet_sort"} and "facet" not in names
    # Constant dollars need a base year, and only they have one.
    prices = culprits == {"base_year"} and names & {"base_year", "dollars"}
    return beside or cursor or nothing or score or half or form or order or prices


@pytest.mark.parametrize("operation, names", groups())
@settings(max_examples=3)
@given(data=st.data())
def test_an_allowed_value_is_answered(pool, operation, names, data):
    for name in names:
        parameter = operation.query_parameters[name]
        value = data.draw(values.allowed(pool, operation, parameter))
        pairs = values.written(parameter, value, data.draw(st.booleans()))
        answer = ask(pool, operation, pairs)
        assert answer.status == 200 or refused_for_a_reason(answer, {name}), (pairs, answer.body[:400])


@WITH_PARAMETERS
@settings(max_examples=20)
@given(data=st.data())
def test_allowed_values_together_are_answered(pool, operation, data):
    known = operation.query_parameters
    names = data.draw(st.lists(st.sampled_from(sorted(known)), min_size=min(2, len(known)), max_size=6, unique=True))
    pairs = [pair for name in names for pair in
             values.written(known[name], data.draw(values.allowed(pool, operation, known[name])), data.draw(st.booleans()))]
    answer = ask(pool, operation, data.draw(st.permutations(pairs)))
    assert answer.status == 200 or refused_for_a_reason(answer, set(names)), (pairs, answer.body[:400])


def first_uses():
    """Of all parameters with the same name and schema one, with the id of its operation."""
    found = {}
    for operation in CONTRACT.operations:
        for name, parameter in operation.query_parameters.items():
            found.setdefault(json.dumps([name, parameter["schema"]]), (operation.id, name))
    return set(found.values())


FIRST_USES = first_uses()


@WITH_PARAMETERS
def test_a_forbidden_value_is_refused_by_name(pool, operation):
    for name, parameter in operation.query_parameters.items():
        texts = values.forbidden(pool, operation, parameter)
        assert texts, f"nothing is forbidden of {name}"
        # The same parameter of another operation is judged by the same schema: one value shows that it is.
        for text in texts if (operation.id, name) in FIRST_USES else texts[:1]:
            answer = ask(pool, operation, [(name, text)])
            assert answer.status == 400, f"{name}={text!r} is answered with {answer.status}: {answer.body[:300]}"
            assert answer.culprits == {name}, (text, answer.json)
            assert {error["in"] for error in answer.json["errors"]} == {"query"}


@WITH_PARAMETERS
@settings(max_examples=15)
@given(data=st.data())
def test_one_forbidden_value_among_allowed_ones_is_found(pool, operation, data):
    known = operation.query_parameters
    bad = data.draw(st.sampled_from(sorted(set(known) - {"cursor"})))
    apart = {"cursor", "format", "bom", bad} | {name for pair in EXCLUSIVE for name in pair} | {"sort", "q"}
    free = sorted(set(known) - apart)
    names = data.draw(st.lists(st.sampled_from(free), max_size=3, unique=True)) if free else []
    pairs = [pair for name in names for pair in
             values.written(known[name], data.draw(values.allowed(pool, operation, known[name])), False)]
    pairs.append((bad, data.draw(st.sampled_from(values.forbidden(pool, operation, known[bad])))))
    answer = ask(pool, operation, data.draw(st.permutations(pairs)))
    assert answer.status == 400, (pairs, answer.body[:300])
    assert answer.culprits == {bad}, (pairs, answer.json)


@WITH_PARAMETERS
def test_a_parameter_that_does_not_repeat_is_refused_twice(pool, operation):
    for name, parameter in operation.query_parameters.items():
        schema = pool.contract.resolved(parameter["schema"])
        if schema.get("type") == "array" and not schema.get("uniqueItems"):
            first = values.items_of_one(pool, schema)
            once, twice = (ask(pool, operation, [(name, first)] * times) for times in (1, 2))
            assert once.status == twice.status == 200
            assert once.body == twice.body, "a value that is said twice is said once"
            continue
        answer = ask(pool, operation, [(name, "x"), (name, "x")])
        assert (answer.status, answer.json["code"]) == (400, "bad-parameter" if schema.get("type") == "array" else "repeated-parameter")
        assert answer.culprits == {name}


@WITH_PARAMETERS
def test_a_required_parameter_that_misses_is_named(pool, operation):
    required = {name for name, parameter in operation.query_parameters.items() if parameter.get("required")}
    answer = pool.client.get(values.path_of(pool, operation))
    assert answer.status == (400 if required else 200)
    assert not required or (answer.json["code"], answer.culprits) == ("missing-parameter", required)


def distance(a, b):
    """Insertions, deletions, replacements and swaps of neighbours between two words."""
    rows = {(i, j): i + j for i in range(len(a) + 1) for j in range(len(b) + 1) if not i or not j}
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            rows[i, j] = min(rows[i - 1, j - 1] + (x != y), rows[i - 1, j] + 1, rows[i, j - 1] + 1)
            if i > 1 and j > 1 and (x, a[i - 2]) == (b[j - 2], y):
                rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return rows[len(a), len(b)]


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=repr)
def test_an_unknown_parameter_is_named_with_the_nearest_known(pool, operation):
    known = operation.query_parameters
    slips = [known_name + "x" for known_name in list(known)[::7]] + [name[0] + name[2:] for name in list(known)[3::7]]
    for name in ["unheard-of", *slips]:
        if name in known:
            continue
        answer = pool.client.get(values.path_of(pool, operation), {name: "1"})
        assert (answer.status, answer.json["code"]) == (400, "unknown-parameter")
        (error,) = answer.json["errors"]
        assert (error["in"], error["name"]) == ("query", name)
        assert set(error["allowed"]) == set(known)
        nearest = min((distance(name, each) for each in known), default=99)
        # Between names of one letter nothing tells which was meant.
        if nearest < 3 and len(name) > 1:
            assert distance(name, error["suggestion"]) == nearest, error


@pytest.mark.parametrize("operation", [o for o in CONTRACT.operations if "fields" in o.query_parameters], ids=repr)
def test_fields_narrows_the_records_to_the_keys_asked_for(pool, operation):
    keys = pool.contract.resolved(operation.query_parameters["fields"]["schema"]["items"])["enum"]
    least = needed(operation, set()) + small(operation, set())
    least = [("id", ",".join(ids[0] for ids in pool.ids.values())) if name == "id" else (name, text) for name, text in least]
    whole = pool.client.ok(values.path_of(pool, operation), least)
    records = whole.data if isinstance(whole.data, list) else [whole.data]
    served = {key for record in records for key in record}
    assert set(keys) - served <= {"score", "highlights"}, "keys that the contract tells and no record has"
    for wanted in [[key] for key in keys if key in served] + [["title", "id"] if "title" in keys else ["name", "id"]]:
        answer = pool.client.ok(values.path_of(pool, operation), [("fields", wanted), *least])
        narrow = answer.data if isinstance(answer.data, list) else [answer.data]
        # Only among records of several collections can one lack a key that others have.
        assert all(key in record for record in records for key in wanted) or operation.id == "getRecords"
        assert [list(record.items()) for record in narrow] == [[(key, record.get(key)) for key in wanted] for record in records]
