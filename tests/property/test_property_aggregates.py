"""Network and timeline: counts over exactly the events that the list gives under the same filters."""
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import values
from contract import shipped
from model import Lists, counts, ends_of, pairs_of
from test_property_lists import query_of

CONTRACT = shipped()
EVENTS, NETWORK, TIMELINE = (CONTRACT.by_id[name] for name in ("listEvents", "getNetwork", "getTimeline"))


@pytest.fixture(scope="module")
def lists(history):
    return Lists(history)


def test_they_take_the_filters_of_events():
    shown = {"sort", "facet", "facet_sort", "evidence", "fields", "include", "limit", "offset", "cursor", "format", "bom"}
    filters = {name: parameter for name, parameter in EVENTS.query_parameters.items() if name not in shown}
    assert {name: p for name, p in NETWORK.query_parameters.items() if name != "min_weight"} == filters
    assert {name: p for name, p in TIMELINE.query_parameters.items() if name != "by"} == filters


def network_expected(lists, events):
    actors = counts([[actor["id"] for actor in event["actors"]] for event in events])
    pairs = counts([list(combinations(sorted({actor["id"] for actor in event["actors"]}), 2)) for event in events])
    nodes = [{"id": id, **{key: lists.by_id["actors"][id][key] for key in ("name", "kind", "side")}, "events": count}
             for id, count in sorted(actors.items())]
    trends = {pair: counts(event["trend"] or "none" for event in events if set(pair) <= {actor["id"] for actor in event["actors"]})
              for pair in pairs}
    return {"nodes": nodes, "links": [{"source": a, "target": b, "weight": weight, "trends": trends[a, b]}
                                      for (a, b), weight in sorted(pairs.items())]}


@settings(max_examples=30)
@given(data=st.data())
def test_the_network_is_who_shares_the_events(history, lists, pool, data):
    filters = query_of(data, pool, EVENTS)
    answer = history.ok(NETWORK.template, pairs_of(NETWORK, filters))
    events = lists.select("events", filters)
    addresses = [link.pop("events") for link in answer.data["links"]]
    wanted = network_expected(lists, events)
    assert answer.data == wanted
    assert answer.total == len(events)
    for link, address in list(zip(answer.data["links"], addresses))[:3]:
        shared = history.ok(address)
        assert shared.total == link["weight"], "the address leads to the events that the two share"
        assert all({link["source"], link["target"]} <= {actor["id"] for actor in event["actors"]} for event in shared.data)
    least = data.draw(st.integers(1, 6))
    heavy = history.ok(NETWORK.template, pairs_of(NETWORK, {**filters, "min_weight": least}))
    assert heavy.data["nodes"] == wanted["nodes"]
    assert [link["weight"] for link in heavy.data["links"]] == [link["weight"] for link in wanted["links"] if link["weight"] >= least]
    assert [link["events"] for link in heavy.data["links"]] == [
        address for link, address in zip(wanted["links"], addresses) if link["weight"] >= least]


def bucket_of(event, by):
    if by == "era":
        return event["era"]
    if event["year"] is None:
        return None
    return str(event["year"]) if by == "year" else f"{event['year'] // 10}0s"


def buckets_expected(lists, events, by):
    """Name, label and days of the buckets from first to last; empty ones too, but none before the first era."""
    if by == "era":
        return [(era["id"], era["title"], *ends_of(era["span_edtf"])) for era in sorted(lists["eras"], key=lambda era: era["position"])]
    years = {event["year"] for event in events if event["year"] is not None}
    step = 1 if by == "year" else 10
    filled = {year // step * step for year in years}
    begin = int(min(era["span_edtf"] for era in lists["eras"])[:4])
    spans = range(min(filled), max(years) + 1, step) if years else []
    return [(f"{year}{'' if by == 'year' else 's'}",) * 2 + (f"{year:04}-01-01", f"{year + step - 1:04}-12-31")
            for year in spans if year in filled or year + step > begin]


@pytest.mark.parametrize("by", ["year", "decade", "era"])
@settings(max_examples=20)
@given(data=st.data())
def test_the_timeline_counts_events_by_trend_and_kind(history, lists, pool, by, data):
    filters = query_of(data, pool, EVENTS)
    answer = history.ok(TIMELINE.template, pairs_of(EVENTS, filters), by=by)
    events = lists.select("events", filters)
    assert answer.total == len(events) == sum(bucket["count"] for bucket in answer.data)
    names = buckets_expected(lists, events, by)
    without = any(bucket_of(event, by) is None for event in events)
    nothing = (None, "No era" if by == "era" else "No first day", None, None)
    assert [tuple(bucket[key] for key in ("bucket", "label", "date_start", "date_end")) for bucket in answer.data] \
        == names + ([nothing] if without else [])
    for bucket in answer.data:
        inside = [event for event in events if bucket_of(event, by) == bucket["bucket"]]
        told = {key: bucket[key] for key in bucket if key not in ("bucket", "label", "date_start", "date_end")}
        assert told == {"count": len(inside), "undated": sum(event["date_edtf"] is None for event in inside),
                        "natures": counts(event["nature"] or "none" for event in inside),
                        "trends": counts(event["trend"] or "none" for event in inside),
                        "kinds": counts(event["kind"] for event in inside)}


def test_the_timeline_is_by_year_unless_told_otherwise(history):
    assert history.ok(TIMELINE.template).data == history.ok(TIMELINE.template, by="year").data


@pytest.mark.parametrize("operation", [NETWORK, TIMELINE], ids=repr)
def test_words_and_undated_records_count_as_in_the_list(history, operation):
    for query in ({"q": "nuclear"}, {"date": "1990/2000"}, {"q": "nuclear -war", "date__within": "1970/2000"}):
        listed, answer = history.ok("/v1/events", query), history.ok(operation.template, query)
        assert answer.total == listed.total > 0
        assert answer.json["meta"]["warnings"] == listed.json["meta"]["warnings"]
        assert answer.headers["total-count"] == str(answer.total)


@pytest.mark.parametrize("operation", [NETWORK, TIMELINE], ids=repr)
def test_nothing_that_matches_is_an_empty_answer(history, operation):
    answer = history.ok(operation.template, date_start__gt="2999")
    assert answer.total == 0
    assert answer.data == {"nodes": [], "links": []} or answer.data == []
