"""Methods: HEAD and OPTIONS work everywhere, any other than the contract's is 405 with `Allow`."""
import pytest

import values
from contract import shipped

OPERATIONS = shipped().operations
EVERY = pytest.mark.parametrize("operation", OPERATIONS, ids=repr)


@EVERY
def test_head_has_the_headers_of_get_and_no_body(pool, history, operation):
    target = values.target(pool, operation)
    got, head = (history.request(method, target, {"X-Request-Id": "same"}) for method in ("GET", "HEAD"))
    assert head.status == got.status
    assert head.body == b"" and got.body != b""
    # The metrics are longer the next time.
    own = {"date": ""} | ({"content-length": ""} if operation.id == "getMetrics" else {})
    assert {**head.headers, **own} == {**got.headers, **own}


@EVERY
def test_head_of_a_problem(pool, history, operation):
    target = values.path_of(pool, operation) + "?no-such-parameter=1"
    got, head = (history.request(method, target, {"X-Request-Id": "same"}) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (400, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


@EVERY
def test_options_is_a_preflight(pool, history, operation):
    answer = history.request("OPTIONS", values.path_of(pool, operation),
                             {"Origin": "https://example.org", "Access-Control-Request-Method": "GET",
                              "Access-Control-Request-Headers": "if-none-match"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == answer.headers["allow"]
    assert answer.headers["access-control-allow-headers"].split(", ") == ["*", "Authorization"]
    assert int(answer.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"])
def test_other_methods_are_405(pool, history, contract, method):
    for operation in OPERATIONS:
        if method in contract.allow(contract.operations_at(values.path_of(pool, operation))):
            continue
        answer = history.request(method, values.path_of(pool, operation))
        assert (answer.status, answer.json["code"]) == (405, "method-not-allowed")
        assert answer.json["detail"].startswith(f"{method} ")


def test_the_wrong_method_is_told_before_the_wrong_parameter(history):
    assert history.request("DELETE", "/v1/events?no-such-parameter=1").status == 405


def test_no_method_works_where_there_is_no_path(history):
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        assert history.request(method, "/v1/nothing").status == 404
