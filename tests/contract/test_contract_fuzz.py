"""Requests of every kind, put together at random from the contract, in any number: `make check-contract CASES=20000`.

Every answer is judged by the client: its status is documented, its type, headers and body are those that the contract tells. Here
is judged whether what is allowed is accepted, what is forbidden refused by name, and that no other method works.
"""
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import values
from contract import shipped
from test_contract_generated import EXCLUSIVE, ask, refused_for_a_reason

CONTRACT = shipped()
CASES = int(os.environ.get("CASES", 240))
OPERATIONS = st.sampled_from(CONTRACT.operations)
METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "LINK", "get", "BREW"]
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_-[]$. '\"<>0123456789\u00e9", min_size=1, max_size=20)
HEADERS = {
    "Accept": ["*/*", "application/json", "text/html", "application/x-bibtex;q=0.1, */*;q=0.01", "application/ld+json", ";;;", "a/b;q=2",
               "application/*;q=1.0000", "q=1", ",", "text/csv;header=present"],
    "If-None-Match": ["*", '""', '"x"', 'W/"x"', '"a", "b", W/"c"', "x", '"', '"a" "b"', ", ,", 'w/"a"'],
    "If-Modified-Since": ["Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2050 00:00:00 GMT", "yesterday", "Saturday, 01-Jan-50 00:00:00 GMT",
                          "Sat Jan  1 00:00:00 2050", "99999999999", "Sat, 31 Feb 2050 00:00:00 GMT"],
    "X-Request-Id": ["a", "a" * 64, "a" * 65, "a b", "\u00e9"],
}


@st.composite
def header_sets(draw):
    names = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2, unique=True))
    return {name: draw(st.sampled_from(HEADERS[name])).encode("utf-8").decode("latin-1") for name in names}


def drawn_pairs(data, pool, operation, names):
    known = operation.query_parameters
    return [pair for name in names for pair in
            values.written(known[name], data.draw(values.allowed(pool, operation, known[name])), data.draw(st.booleans()))]


def allowed(data, pool, operation):
    known = operation.query_parameters
    names = data.draw(st.lists(st.sampled_from(sorted(known)), max_size=5, unique=True)) if known else []
    pairs = drawn_pairs(data, pool, operation, names)
    answer = ask(pool, operation, pairs)
    assert answer.status == 200 or refused_for_a_reason(answer, set(names)), (operation, pairs, answer.body[:300])


def forbidden(data, pool, operation):
    known = operation.query_parameters
    free = sorted(set(known) - {"cursor", "format", "bom", "sort", "q"} - {name for pair in EXCLUSIVE for name in pair})
    bad = data.draw(st.sampled_from(sorted(known))) if known else None
    if bad is None:
        unknown(data, pool, operation)
        return
    names = data.draw(st.lists(st.sampled_from(free), max_size=2, unique=True)) if free else []
    names = [name for name in names if name != bad]
    pairs = drawn_pairs(data, pool, operation, names) + [(bad, data.draw(st.sampled_from(values.forbidden(pool, operation, known[bad]))))]
    answer = ask(pool, operation, data.draw(st.permutations(pairs)))
    assert (answer.status, answer.culprits) == (400, {bad}), (operation, pairs, answer.body[:300])


def unknown(data, pool, operation):
    name = data.draw(NAMES.filter(lambda name: name not in operation.query_parameters))
    answer = ask(pool, operation, [(name, data.draw(st.text("ab1,", max_size=3)))])
    assert (answer.status, answer.culprits) == (400, {name}), (operation, name, answer.body[:300])


def other_methods(data, pool, operation):
    path = values.path_of(pool, operation)
    method = data.draw(st.sampled_from(METHODS))
    answer = pool.client.request(method, path)
    assert answer.status == 405 and set(answer.headers["allow"].split(", ")) == CONTRACT.allow(CONTRACT.operations_at(path))


def odd_headers(data, pool, operation):
    """Headers never make a good request a bad one."""
    answer = pool.client.get(values.target(pool, operation), headers=data.draw(header_sets()))
    assert answer.status in (200, 304), (operation, answer.status, answer.body[:300])


def other_paths(data, pool, operation):
    path = values.path_of(pool, operation) + data.draw(st.sampled_from(["/", "/x", "%2F", "%00", "%", "%zz", "//", "/..", ";a=b", "%C3%28"]))
    answer = pool.client.get(path)
    assert answer.status in (400, 404), (path, answer.status)


KINDS = [allowed, allowed, allowed, forbidden, forbidden, unknown, other_methods, odd_headers, other_paths]


@pytest.mark.parametrize("kind", list(dict.fromkeys(KINDS)), ids=lambda kind: kind.__name__)
def test_requests_made_from_the_contract(pool, kind):
    share = KINDS.count(kind) / len(KINDS)

    @settings(max_examples=max(1, round(CASES * share)))
    @given(operation=OPERATIONS, data=st.data())
    def judge(operation, data):
        kind(data, pool, operation)

    judge()
