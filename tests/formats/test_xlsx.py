"""Spreadsheets: the same records as in CSV, with dates and numbers of their own, and a sheet that says what they are."""
import csv
import datetime
import io
import json
import os
import pathlib
import re
import subprocess
import time
import zipfile

import openpyxl
import pytest

from service import PATIENCE

ROOT = pathlib.Path(__file__).parents[2]
TABLES = os.environ.get("RELATA_TABLES", str(ROOT / "build" / "tables"))
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUERIES = [("/v1/events", {}), ("/v1/aid", {}), ("/v1/actors", {}), ("/v1/references", {}), ("/v1/eras", {}), ("/v1/themes", {}),
           ("/v1/events", {"q": "war", "sort": "-title"}), ("/v1/events", {"era": "gwot", "limit": 5}), ("/v1/search", {"q": "war"}),
           ("/v1/events", {"fields": "title,id,date_start,links"}), ("/v1/changes", {}), ("/v1/aid", {"dollars": "constant", "base_year": 2020}),
           ("/v1/aid/totals", {}), ("/v1/aid/totals", {"group_by": "fiscal_year,category"}), ("/v1/aid/series", {}), ("/v1/aid/compare", {}),
           ("/v1/events", {"date": "1990"})]


def book(answer):
    assert answer.headers["content-type"] == TYPE
    return openpyxl.load_workbook(io.BytesIO(answer.body))


def about(answer):
    return list(book(answer)["about"].iter_rows(values_only=True))


def text(value):
    """A cell as CSV writes it; openpyxl makes dates of what the file calls one."""
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    return "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def same(cell, other):
    if isinstance(cell, datetime.datetime):
        return other in (cell.date().isoformat(), cell.isoformat() + "Z")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(other) == cell
    return text(cell) == other or "'" + text(cell) == other


@pytest.mark.parametrize("path, query", QUERIES, ids=str)
def test_a_spreadsheet_holds_what_csv_holds(client, path, query):
    answer = client.ok(path, query, format="xlsx")
    table = client.ok(path, query, format="csv")
    expected = list(csv.reader(io.StringIO(table.body.decode(), newline="")))
    rows = list(book(answer).worksheets[0].iter_rows(values_only=True))
    assert list(rows[0]) == expected[0] and len(rows) == len(expected)
    for row, line in zip(rows[1:], expected[1:]):
        for name, cell, other in zip(rows[0], row, line):
            assert same(cell, other), (name, cell, other)
    for name in ("total-count", "dataset-revision", "dataset-warning"):
        assert answer.headers.get(name) == table.headers.get(name)
    assert answer.headers["content-disposition"] == table.headers["content-disposition"].replace(".csv", ".xlsx")


@pytest.mark.parametrize("path, query", [("/v1/events", {}), ("/v1/aid", {}), ("/v1/actors", {})], ids=str)
def test_dates_and_numbers_are_such(client, path, query):
    answer = client.ok(path, query, format="xlsx")
    records = client.records(path, query)
    sheet = book(answer).worksheets[0]
    names = [cell.value for cell in sheet[1]]
    dates = 0
    for row, record in zip(sheet.iter_rows(min_row=2), records):
        for name, cell in zip(names, row):
            if name not in record or record[name] is None:
                continue
            if isinstance(record[name], str) and re.fullmatch(r"(19|2\d)\d\d-\d\d-\d\d(T[0-9:]+Z)?", record[name]) and "edtf" not in name:
                dates += 1
                assert cell.is_date and cell.number_format.startswith("yyyy-mm-dd"), (name, cell.value)
            elif isinstance(record[name], (bool, int)):
                assert type(cell.value) is type(record[name]) and cell.value == record[name]
            elif isinstance(record[name], str):
                assert cell.data_type == "s" or cell.data_type == "inlineStr"
    assert dates


def test_the_header_stands_still_and_the_second_sheet_says_what_it_is(client):
    answer = client.ok("/v1/events", era="gwot", date="2001/2003", format="xlsx")
    made = book(answer)
    assert made.sheetnames == ["events", "about"]
    assert made["events"].freeze_panes == "A2" and made["events"]["A1"].font.bold
    told = dict(about(answer))
    page = client.ok("/v1/events", era="gwot", date="2001/2003", limit=1)
    dataset = client.ok("/v1/dataset").data
    cited = client.ok("/v1/cite", url=told["Permanent address"])
    assert told["Request"].endswith("/v1/events?date=2001/2003&era=gwot&format=xlsx")
    assert client.request("GET", told["Permanent address"].partition("://")[2].partition("/")[1] +
                          told["Permanent address"].partition("://")[2].partition("/")[2]).status == 200
    assert told["Records that match"] == str(page.json["meta"]["total"])
    assert (told["Version"], told["Revision"], told["Revision hash"]) == (dataset["version"], str(dataset["revision"]),
                                                                        dataset["hash"])
    assert dataset["licence"]["url"] in told["Licence"]
    assert told["Permanent address"] in told["Citation"] and dataset["version"] in told["Citation"]
    assert cited.data["records"] == page.json["meta"]["total"]
    assert [row[1].partition(":")[0] for row in about(answer) if row[0] == "Warning"] == \
        [warning["code"] for warning in page.json["meta"]["warnings"]]


@pytest.mark.parametrize("path, query", [
    ("/v1/events", {}), ("/v1/aid/totals", {"corpus": "official"}), ("/v1/aid/series", {"corpus": "paper,official", "fiscal_year": "2021/2024"}),
    ("/v1/events", {"corpus": "official", "actor": "imran-khan"}), ("/v1/aid", {"corpus": "official", "fiscal_year": "2021/2024", "limit": 1}),
    ("/v1/references", {"corpus": "official", "limit": 1}), ("/v1/search", {"corpus": "official", "q": "narcotics"}), ("/v1/aid/compare", {}),
    ("/v1/changes", {"corpus": "official"}), ("/v1/eras", {})], ids=str)
def test_the_second_sheet_credits_the_works_of_its_rows_as_their_citation_does(client, path, query):
    told = dict(about(client.ok(path, query, format="xlsx")))
    cited = client.ok("/v1/cite", url=told["Permanent address"]).data["citation"]["csl"]
    credit = re.search(r"\((based on .*)\)$", told["Citation"])[1]
    assert cited["note"].partition("; ")[2] == credit


@pytest.mark.parametrize("path", ["/v1/aid/totals", "/v1/aid/series", "/v1/aid/compare"])
def test_the_second_sheet_of_sums_has_all_their_warnings(client, path):
    told = [row[1].partition(":")[0] for row in about(client.ok(path, format="xlsx")) if row[0] == "Warning"]
    assert told == [warning["code"] for warning in client.ok(path).json["meta"]["warnings"]]


def test_the_same_answer_is_the_same_bytes(client):
    one, two = (client.ok("/v1/events", format="xlsx") for _ in range(2))
    assert one.body == two.body and one.headers["etag"] == two.headers["etag"]
    assert client.get("/v1/events", {"format": "xlsx"}, headers={"If-None-Match": one.headers["etag"]}).status == 304
    head = client.request("HEAD", "/v1/events?format=xlsx")
    assert head.body == b"" and head.headers["content-length"] == one.headers["content-length"] == str(len(one.body))
    packed = client.get("/v1/events", {"format": "xlsx"}, headers={"Accept-Encoding": "gzip"})
    assert packed.body == one.body and "content-encoding" not in packed.headers


def test_a_page_has_links(client):
    answer = client.ok("/v1/events", limit=5, format="xlsx")
    assert book(answer)["events"].max_row == 6
    assert 'rel="next"' in answer.headers["link"]


def test_many_at_a_time_are_each_whole(clients, server):
    from concurrent.futures import ThreadPoolExecutor

    def ask(number):
        return book(clients(server).ok("/v1/events", format="xlsx", limit=100 + number))["events"].max_row

    with ThreadPoolExecutor(8) as many:
        assert list(many.map(ask, range(24))) == [101 + number for number in range(24)]


def test_a_folder_that_is_missing_is_a_503_that_names_it(serve_copy, clients, loaded, tmp_path):
    client = clients(serve_copy(loaded, "--scratch", tmp_path / "none"))
    answer = client.get("/v1/events", format="xlsx")
    assert answer.status == 503 and str(tmp_path / "none") in answer.json["detail"]
    assert client.ok("/v1/events").data


def test_nothing_is_left_behind(serve_copy, clients, loaded, tmp_path):
    service = serve_copy(loaded, "--scratch", tmp_path)
    client = clients(service)
    client.ok("/v1/events", format="xlsx")
    client.ok("/v1/aid/totals", format="xlsx")
    assert list(tmp_path.iterdir()) == []
    deadline = time.monotonic() + PATIENCE
    while held := [path for path in open_files(service) if str(tmp_path) in path]:
        assert time.monotonic() < deadline, held


def open_files(service):
    for entry in pathlib.Path(f"/proc/{service.process.pid}/fd").iterdir():
        try:
            yield os.readlink(entry)
        except FileNotFoundError:
            pass  # closed meanwhile


class Tables:
    """The writer of tables by itself, behind COMMAND."""

    def __init__(self, *command):
        self.process = subprocess.Popen([*command, TABLES], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def xlsx(self, schema, records, folder):
        request = {"schema": schema, "records": records, "form": "xlsx", "fields": None, "folder": str(folder)}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        length = int(self.process.stdout.readline())
        return None if length < 0 else self.process.stdout.read(length)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


@pytest.fixture
def tables():
    tables = Tables()
    yield tables
    tables.close()


def theme(title, **more):
    return {"type": "theme", "id": "a", "title": title, "created_at": "2026-01-02T03:04:05Z", **more}


@pytest.mark.parametrize("title, told", [
    ("=1+1", "=1+1"), ("@SUM(A1)", "@SUM(A1)"), ("https://example.org/", "https://example.org/"), ("a\nb\tc", "a\nb\tc"),
    ("  both ends  ", "  both ends  "), ("<&>\"'", "<&>\"'"), ("پاکستان 🇵🇰", "پاکستان 🇵🇰"), ("007", "007"), ("true", "true"),
    ("x" * 32767, "x" * 32767), ("x" * 40000, "x" * 32767), ("🇵" * 20000, "🇵" * 16383)], ids=lambda text: text[:12])
def test_texts_stay_texts(tables, tmp_path, title, told):
    made = openpyxl.load_workbook(io.BytesIO(tables.xlsx("Theme", [theme(title)], tmp_path)))
    sheet = made["records"]
    names = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, names.index("title") + 1)
    assert cell.value == told and cell.data_type in ("s", "inlineStr")
    assert [row[0] for row in made["about"].iter_rows(values_only=True)][1:] == (["Cells cut"] if told != title else [])


@pytest.mark.parametrize("day, kept", [("1899-12-31", str), ("1900-01-01", datetime.datetime), ("2026-12-31", datetime.datetime),
                                       ("-0044-03-15", str), ("12026-01-01", str)])
def test_days_that_a_spreadsheet_does_not_know_are_texts(tables, tmp_path, day, kept):
    made = openpyxl.load_workbook(io.BytesIO(tables.xlsx("Event", [{"id": "a", "date_start": day}], tmp_path)))
    names = [cell.value for cell in made["records"][1]]
    value = made["records"].cell(2, names.index("date_start") + 1).value
    assert isinstance(value, kept) and str(value)[:len(day)] == day


def test_a_control_character_breaks_no_sheet(tables, tmp_path):
    made = tables.xlsx("Theme", [theme("a\x01b")], tmp_path)
    assert openpyxl.load_workbook(io.BytesIO(made))["records"].max_row == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own is for root")
@pytest.mark.parametrize("kilobytes", [24, 100, 400, 600, 900, 1200, 1600, 4000])
def test_a_full_disk_gives_no_half_workbook(tmp_path, kilobytes):
    """Whatever step finds the disk full: the answer is whole or none, and nothing is left on the disk."""
    script = f"mount -t tmpfs -o size={kilobytes}k tmpfs {tmp_path} && exec \"$0\""
    tables = Tables("unshare", "--mount", "bash", "-c", script)
    records = [theme(f"{number} " + os.urandom(40).hex(), id=f"a{number}") for number in range(2000)]
    made = tables.xlsx("Theme", records, tmp_path)
    if made is not None:
        assert openpyxl.load_workbook(io.BytesIO(made))["records"].max_row == 2001
    tables.close()
    assert made is not None or kilobytes < 4000


def test_it_is_a_zip_of_plain_parts(client):
    with zipfile.ZipFile(io.BytesIO(client.ok("/v1/eras", format="xlsx").body)) as parts:
        assert parts.testzip() is None
        assert not [name for name in parts.namelist() if "calcChain" in name or "vba" in name]
