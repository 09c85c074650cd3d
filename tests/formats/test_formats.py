"""Records in other forms than the envelope: the same records, in the same order, each form as its readers take it."""
import csv
import io
import json
import socket

import pytest

COLLECTIONS = ["events", "aid", "actors", "references", "eras", "themes"]
QUERIES = [{}, {"era": "gwot"}, {"q": "war"}, {"era": "gwot", "sort": "-title"}]
TYPES = {"array": "application/vnd.relata.array+json", "ndjson": "application/x-ndjson", "csv": "text/csv",
         "table": "application/vnd.relata.table+json", "bibtex": "application/x-bibtex",
         "ris": "application/x-research-info-systems", "csl": "application/vnd.citationstyles.csl+json"}


def lines(answer):
    return [json.loads(line) for line in answer.body.decode().splitlines()]


def rows(answer):
    """The rows of a CSV file as strictly as RFC 4180 tells them."""
    text = answer.body.decode("utf-8")
    assert text.endswith("\r\n")
    table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert all(len(row) == len(table[0]) for row in table), "every row has a cell for each column"
    return [dict(zip(table[0], row)) for row in table[1:]]


def read(answer, form):
    return {"array": lambda: answer.json, "ndjson": lambda: lines(answer), "csv": lambda: rows(answer),
            "table": lambda: answer.json["data"], "csl": lambda: answer.json}[form]()


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize("form", ["array", "ndjson"])
def test_the_whole_answer_is_the_union_of_the_pages(client, form, query):
    answer = client.ok("/v1/events", {**query, "format": form})
    assert read(answer, form) == client.records("/v1/events", query)
    assert answer.headers["total-count"] == str(len(read(answer, form)))


@pytest.mark.parametrize("form", ["csv", "table"])
@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_table_has_a_row_a_record(client, name, form):
    records = client.records(f"/v1/{name}")
    table = read(client.ok(f"/v1/{name}", format=form), form)
    assert [row["id"] for row in table] == [record["id"] for record in records]
    for row, record in zip(table, records):
        for key in set(row) & set(record):
            if isinstance(record[key], str) and form == "table":
                assert row[key] == record[key]
            if isinstance(record[key], int) and form == "csv":
                assert row[key] == str(record[key])
            if record[key] is None:
                assert row[key] in ("", None)


def test_lists_are_joined_and_belong_together(client):
    records = client.records("/v1/events")
    for row, record in zip(rows(client.ok("/v1/events", format="csv")), records):
        assert row["themes"].split(";") == (record["themes"] or [""])
        assert row["actors"].split(";") == ([actor["id"] for actor in record["actors"]] or [""])
        assert row["actors_role"].split(";") == ([actor["role"] for actor in record["actors"]] or [""])


def test_columns_can_be_chosen(client):
    assert list(rows(client.ok("/v1/events", format="csv", fields="title,id"))[0]) == ["title", "id"] or \
        list(rows(client.ok("/v1/events", format="csv", fields="title,id"))[0]) == ["id", "title"]


def test_excel_knows_utf_8_by_the_mark(client):
    plain, marked = (client.ok("/v1/events", format="csv", bom=bom).body for bom in (0, 1))
    assert marked == b"\xef\xbb\xbf" + plain


def cited(client, records):
    """The citation keys of the works that RECORDS cite, in the order of the works' ids."""
    ids = {citation["reference"] for record in records for citation in record["citations"]}
    return [work["citekey"] for work in client.records("/v1/references", sort="id") if work["id"] in ids]


@pytest.mark.parametrize("name", ["events", "aid", "actors", "eras", "themes"])
def test_works_of_other_collections_are_those_that_the_answer_cites(client, name):
    records = client.records(f"/v1/{name}")
    works = client.ok(f"/v1/{name}", format="csl").json
    assert [work["id"] for work in works] == cited(client, records)
    page = client.ok(f"/v1/{name}", limit=2)
    assert [work["id"] for work in client.ok(f"/v1/{name}", limit=2, format="csl").json] == cited(client, page.data)
    one = client.ok(f"/v1/{name}/{records[0]['id']}", format="csl").json
    assert [work["id"] for work in one] == cited(client, records[:1])


def test_references_are_works_themselves(client):
    records = client.records("/v1/references")
    assert client.ok("/v1/references", format="csl").json == [record["csl"] for record in records]
    bibtex = client.ok("/v1/references", format="bibtex").body.decode()
    ris = client.ok("/v1/references", format="ris").body.decode()
    for record in records:
        assert f"{{{record['citekey']},\n" in bibtex
        assert f"ID  - {record['citekey']}\r\n" in ris
    assert bibtex.count("\n@") + 1 == ris.count("\nER  -") == len(records)


@pytest.mark.parametrize("form", TYPES)
def test_a_record_has_every_form(client, form):
    answer = client.ok("/v1/references/dawi-2022", format=form)
    assert answer.headers["content-type"].partition(";")[0] == TYPES[form]
    assert b"dawi" in answer.body
    assert 'filename="relata-dawi-2022.' in answer.headers["content-disposition"]


@pytest.mark.parametrize("form", ["array", "ndjson", "csv", "table"])
def test_a_page_is_a_page_in_every_form(client, form):
    """What `limit` asks for is that much; the next page is in Link."""
    seen, target = [], "/v1/events?limit=100&format=" + form
    while target:
        answer = client.request("GET", target)
        seen += [row["id"] for row in read(answer, form)]
        links = dict(reversed(part.strip().split("; ", 1)) for part in answer.headers["link"].split(", <"))
        target = links.get('rel="next"', "").strip("<>") or None
    assert seen == [record["id"] for record in client.records("/v1/events")]


@pytest.mark.parametrize("accept, form", [
    ("application/x-bibtex", "bibtex"), ("application/x-research-info-systems", "ris"),
    ("application/vnd.citationstyles.csl+json", "csl"), ("application/x-bibtex;q=0.5, application/json;q=0.1", "bibtex"),
    ("application/x-bibtex;q=0.1, application/json", None), ("*/*", None), ("text/html, */*;q=0.1", None),
    ("text/html", None), ("application/x-bibtex;q=0", None), ("", None), ("application/*;q=0.9, application/x-bibtex", "bibtex"),
    ("application/x-bibtex;q=inf", None), (",;,=", None)])
@pytest.mark.parametrize("path", ["/v1/references", "/v1/references/dawi-2022"])
def test_references_heed_accept(client, path, accept, form):
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status == 200
    assert answer.headers["content-type"] == (TYPES[form] if form else "application/json")
    assert "Accept" in answer.headers["vary"].split(", ")
    assert answer.headers["etag"] == client.get(path, {"format": form} if form and path.count("/") > 2 else {},
                                                headers={"Accept": accept}).headers["etag"]


def test_the_argument_wins_over_accept(client):
    answer = client.get("/v1/references", {"format": "ris"}, headers={"Accept": "application/x-bibtex"})
    assert answer.headers["content-type"] == TYPES["ris"]


@pytest.mark.parametrize("form, names", [
    ("json", ["bom"]), ("array", ["bom", "facet", "include"]), ("ndjson", ["bom", "facet", "facet_sort", "include"]),
    ("csv", ["facet", "include"]), ("table", ["bom", "facet", "include"]), ("bibtex", ["bom", "facet", "fields", "include"]),
    ("xlsx", ["bom", "facet", "include"]), ("ris", ["bom", "facet", "fields", "include"]), ("csl", ["bom", "facet", "fields", "include"])])
def test_what_a_form_cannot_carry_is_refused_by_name(client, form, names):
    given = {"bom": 1, "facet": "era", "facet_sort": "value", "fields": "id", "include": "actors"}
    for name in names:
        answer = client.get("/v1/events", {"format": form, name: given[name]})
        assert answer.status == 400 and answer.culprits == {name}


def test_the_tags_of_all_forms_differ(client):
    tags = [client.ok("/v1/events", format=form).headers["etag"] for form in ["json", *TYPES]]
    assert len(set(tags)) == len(tags)
    for form, tag in zip(["json", *TYPES], tags):
        assert client.get("/v1/events", {"format": form}, headers={"If-None-Match": tag}).status == 304


def test_an_empty_answer_is_whole(client):
    nothing = {"title__contains": "zzzz"}
    assert client.ok("/v1/events", nothing, format="array").json == []
    assert client.ok("/v1/events", nothing, format="ndjson").body == b""
    assert client.ok("/v1/events", nothing, format="csl").json == []
    assert rows(client.ok("/v1/events", nothing, format="csv")) == []
    assert client.ok("/v1/events", nothing, format="table").json["data"] == []


def test_a_reader_who_leaves_hurts_nobody(client, server):
    for _ in range(20):
        with socket.create_connection((server.host, server.port)) as gone:
            gone.sendall(b"GET /v1/events?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
            assert gone.recv(100).startswith(b"HTTP/1.1 200")
    assert client.ok("/v1/events", format="ndjson").body


def test_what_is_given_as_it_is_by_default_asks_for_nothing(client):
    """Clients that are made from the contract, such as /docs, send every default."""
    assert client.ok("/v1/events", format="json", bom=0, offset=0).data == client.ok("/v1/events").data
    assert client.get("/v1/events", format="json", bom=1).culprits == {"bom"}
