"""Changes as Atom: what feedparser reads of it is what the JSON says, page by page."""
import re
import xml.etree.ElementTree as tree

import feedparser
import pytest

ATOM = "{http://www.w3.org/2005/Atom}"
TYPE = "application/atom+xml"
QUERIES = [{}, {"era": "gwot"}, {"since": 1, "change": ["changed", "removed"]}, {"type": "actor", "as_of": 2}, {"revision": 3}, {"era": "gwot", "stage": "cut", "kind": "attack"},
           {"corpus": "official"}, {"corpus": "paper,official", "type": "aid-figure"}]


def parsed(answer):
    feed = feedparser.parse(answer.body)
    assert not feed.bozo and feed.version == "atom10", feed.get("bozo_exception")
    return feed


def links(thing):
    """The addresses of FEED or an entry, by relation; each relation stands once."""
    found = {link.rel: link.href for link in thing.links}
    assert len(found) == len(thing.links)
    return found


def local(history, address):
    """ADDRESS, which must begin with the public one, as a target."""
    base = history.service.url.replace("127.0.0.1", "localhost")
    assert address.startswith(base + "/"), address
    return address[len(base):]


def pages(history, answer):
    while answer:
        yield answer
        following = links(parsed(answer).feed).get("next")
        answer = history.ok(local(history, following)) if following else None


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_feed_has_an_entry_a_change_newest_first(history, query):
    expected = history.records("/v1/changes", {**query, "sort": "-revision"})
    found = list(pages(history, history.ok("/v1/changes", {**query, "format": "atom", "limit": 7})))
    entries = [entry for page in found for entry in parsed(page).entries]
    assert len(entries) == len(expected) == int(found[0].headers["total-count"])
    assert len({entry.id for entry in entries}) == len(entries)
    assert len({parsed(page).feed.id for page in found}) == 1
    for entry, change in zip(entries, expected):
        assert entry.title.startswith(f"{change['change'].capitalize()}: ") and len(entry.title) > len("changed: ")
        assert (entry.updated, entry.author) == (change["time"], change["editor"])
        assert {tag.term for tag in entry.tags} == {change["change"], change["type"]}
        assert local(history, entry.link) == (change["version"] or change["url"] + "/revisions")
        assert ("successor-version" in links(entry)) == (change["replaced_by"] is not None)


@pytest.mark.parametrize("form", ["json", "array", "csv", "ndjson", "atom", "xlsx"])
def test_every_form_says_what_lies_in_the_other_corpus(history, form):
    counts = {corpus: history.ok("/v1/changes", corpus=corpus).total for corpus in ("paper", "official", "paper,official")}
    assert counts["paper,official"] == counts["paper"] + counts["official"] and all(counts.values())
    for corpus, other in ((None, "official"), ("paper", "official"), ("official", "paper"), ("paper,official", None)):
        answer = history.ok("/v1/changes", {"format": form} | ({"corpus": corpus} if corpus else {}))
        assert int(answer.headers["total-count"]) == counts[corpus or "paper"]
        assert answer.headers.get("dataset-warning") == (f"other-corpus; count={counts[other]}" if other else None)
    assert history.ok("/v1/changes").json["meta"]["query"] == "corpus=paper"


def cells(entry):
    """The rows of the table in a summary, as texts; the space between words does not count."""
    table = tree.fromstring(f"<div>{entry.summary}</div>")
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")][1:]


def test_a_summary_tells_why_and_the_values_before_and_after(history):
    changes = history.records("/v1/changes", sort="-revision")[:40]
    entries = parsed(history.ok("/v1/changes", format="atom", limit=40)).entries
    for entry, change in zip(entries, changes):
        assert " ".join(change["reason"].split()) in " ".join(entry.summary.replace("&amp;", "&").split())
        assert [row[0] for row in cells(entry)] == change["fields"]
        for row, difference in zip(cells(entry), change["differences"]):
            for shown, value in zip(row[1:], (difference["old"], difference["new"])):
                if value is None or isinstance(value, str):
                    assert shown.split() == ("none" if value is None else value).split()


def test_a_title_is_that_of_the_record_then(history):
    for entry, change in zip(parsed(history.ok("/v1/changes", format="atom", limit=100)).entries,
                             history.records("/v1/changes", sort="-revision")[:100]):
        if change["version"]:
            record = history.ok(change["version"]).data
            title = record.get("title") or record.get("name") or record.get("creators") or record["id"]
            assert entry.title == f"{change['change'].capitalize()}: {title}"


def test_the_document_stands_in_the_order_of_the_schema(history):
    """RFC 4287 wants what is about the feed before its entries, and some of it just once."""
    root = tree.fromstring(history.ok("/v1/changes", format="atom").body)
    names = [child.tag.removeprefix(ATOM) for child in root]
    assert names == [name for name in names if name != "entry"] + ["entry"] * names.count("entry")
    for element in [root, *root.iter(f"{ATOM}entry")]:
        inner = [child.tag.removeprefix(ATOM) for child in element]
        assert all(inner.count(name) == 1 for name in ("id", "title", "updated", "author"))
        assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", each.text)
                   for each in element.findall(f"{ATOM}id"))


def test_ids_are_the_same_wherever_the_dataset_is_served(history, releases, serve_copy, clients):
    sister = clients(serve_copy(releases.database(3), "--public-url", "https://data.example.org/relata"))
    here, there = (parsed(each.ok("/v1/changes", format="atom", era="gwot")) for each in (history, sister))
    assert (here.feed.id, [entry.id for entry in here.entries]) == (there.feed.id, [entry.id for entry in there.entries])
    found = [link.href for thing in [there.feed, *there.entries] for link in thing.links if link.rel != "license"]
    assert found and all(address.startswith("https://data.example.org/relata/v1/") for address in found)
    tags = [each.ok("/v1/changes", format="atom").headers["etag"] for each in (history, sister)]
    assert tags[0] != tags[1], "the addresses in it differ"


def test_ids_outlive_later_revisions(history):
    then, now = (parsed(history.ok("/v1/changes", format="atom", limit=500, **more)) for more in ({"as_of": 2}, {}))
    assert then.feed.id == now.feed.id
    assert {entry.id for entry in then.entries} < {entry.id for entry in now.entries}


def test_other_filters_are_another_feed(history):
    feeds = [parsed(history.ok("/v1/changes", query, format="atom", limit=1)).feed for query in QUERIES]
    assert len({feed.id for feed in feeds}) == len({feed.title for feed in feeds}) == len(QUERIES)


def test_a_reader_that_polls_is_told_that_nothing_is_new(history):
    first = history.ok("/v1/changes", format="atom", era="gwot")
    for headers in ({"If-None-Match": first.headers["etag"]}, {"If-Modified-Since": first.headers["last-modified"]}):
        again = history.get("/v1/changes", {"format": "atom", "era": "gwot"}, headers=headers)
        assert again.status == 304 and again.body == b""
    head = history.request("HEAD", "/v1/changes?format=atom&era=gwot")
    assert head.headers["content-length"] == str(len(first.body)) and head.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("accept, form", [
    (TYPE, TYPE), (f"{TYPE}, application/xml;q=0.9, */*;q=0.8", TYPE), ("application/json", "application/json"), ("*/*", "application/json"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"), (f"{TYPE};q=0", "application/json")])
def test_changes_heed_accept(history, accept, form):
    answer = history.get("/v1/changes", {"limit": 3}, headers={"Accept": accept})
    assert answer.status == 200 and answer.headers["content-type"] == form
    assert "Accept" in answer.headers["vary"].split(", ")
    if form == TYPE:
        page = parsed(answer)
        assert "format=atom" in links(page.feed)["next"] and "format=atom" in links(page.feed)["self"]


def test_a_feed_can_be_told_another_order_and_place(history):
    ids = [entry.id for entry in parsed(history.ok("/v1/changes", format="atom", limit=500)).entries]
    oldest = parsed(history.ok("/v1/changes", format="atom", sort="revision", limit=1)).entries[0]
    third = parsed(history.ok("/v1/changes", format="atom", offset=2, limit=1))
    assert oldest.id in ids and oldest.id != ids[0] and third.entries[0].id == ids[2]
    assert parsed(history.ok(local(history, links(third.feed)["previous"]))).entries[-1].id == ids[1]


def test_what_a_feed_cannot_carry_is_refused(history):
    answer = history.get("/v1/changes", {"format": "atom", "bom": 1})
    assert answer.status == 400 and answer.culprits == {"bom"}
    assert history.get("/v1/events", {"format": "atom"}).status == 400


def test_a_feed_of_nothing_is_whole(history):
    page = parsed(history.ok("/v1/changes", format="atom", stage="cut", trend="divergence"))
    assert page.entries == [] and page.feed.updated and "next" not in links(page.feed)
