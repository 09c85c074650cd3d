"""The judge of answers itself: each kind of fault that an answer can have is found."""
import copy
import json

import pytest

from service import Answer


class Forged(Answer):
    def __init__(self, answer, **changes):
        self.status = changes.get("status", answer.status)
        self.headers = {**answer.headers, **changes.get("headers", {})}
        for name in changes.get("without", []):
            del self.headers[name]
        self.json = copy.deepcopy(changes.get("json", answer.json))
        self.body = json.dumps(self.json).encode() if self.json else answer.body


def with_record(answer, **changes):
    body = copy.deepcopy(answer.json)
    body["data"][0] |= changes
    return {"json": body}


def without_key(answer, key):
    body = copy.deepcopy(answer.json)
    del body["data"][0][key]
    return {"json": body}


LIST = "/v1/events?limit=2"
FAULTS = {
    "a wrong type": lambda a: with_record(a, title=5),
    "a value outside a closed list": lambda a: with_record(a, era="never"),
    "a null that is not allowed": lambda a: with_record(a, title=None),
    "a wrong constant": lambda a: with_record(a, type="actor"),
    "a key too many": lambda a: with_record(a, extra=1),
    "a bad day": lambda a: with_record(a, date_start="2021-02-30"),
    "a bad time": lambda a: with_record(a, created_at="2021-02-28 10:00:00"),
    "a bad EDTF date": lambda a: with_record(a, date_edtf="1979..1980"),
    "a bad address": lambda a: with_record(a, url="not an address"),
    "a fault deep inside": lambda a: with_record(a, citations=[{**a.data[0]["citations"][0], "stance": "sings"}]),
    "a key that misses": lambda a: without_key(a, "era"),
    "an unknown key in meta": lambda a: {"json": {**a.json, "meta": {**a.json["meta"], "x": 1}}},
    "a total that the header does not tell": lambda a: {"headers": {"total-count": "1"}},
    "a header that misses": lambda a: {"without": ["etag"]},
    "a header of another form": lambda a: {"headers": {"etag": "abc"}},
    "another type of content": lambda a: {"headers": {"content-type": "text/html"}},
    "an undocumented status": lambda a: {"status": 203},
    "no leave for other origins": lambda a: {"without": ["access-control-allow-origin"]},
    "a Link header that differs": lambda a: {"headers": {"link": '</x>; rel="self"'}},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_an_answer_is_found(client, contract, fault):
    answer = client.ok(LIST)
    contract.check("GET", LIST, Forged(answer))
    with pytest.raises(AssertionError):
        contract.check("GET", LIST, Forged(answer, **FAULTS[fault](answer)))


PROBLEM = "/v1/events?limit=0"
PROBLEM_FAULTS = {
    "it may be cached": lambda a: {"headers": {"cache-control": "max-age=60"}},
    "it is plain JSON": lambda a: {"headers": {"content-type": "application/json"}},
    "its status differs": lambda a: {"json": {**a.json, "status": 404}},
    "its type is of another code": lambda a: {"json": {**a.json, "type": "/problems/gone"}},
    "it has no code": lambda a: {"json": {key: value for key, value in a.json.items() if key != "code"}},
}


@pytest.mark.parametrize("fault", PROBLEM_FAULTS)
def test_a_fault_in_a_problem_is_found(client, contract, fault):
    answer = client.get(PROBLEM)
    contract.check("GET", PROBLEM, Forged(answer))
    with pytest.raises(AssertionError):
        contract.check("GET", PROBLEM, Forged(answer, **PROBLEM_FAULTS[fault](answer)))


def test_narrowed_records_have_the_keys_that_were_asked_for(client, contract):
    target = "/v1/events?fields=id,era&limit=1"
    answer = client.ok(target)
    for changes in (with_record(answer, title="x"), without_key(answer, "era"), with_record(answer, era="never")):
        with pytest.raises(AssertionError):
            contract.check("GET", target, Forged(answer, **changes))
