"""`q`: words are ANDed, phrases, exclusion, prefixes; ranked and highlighted; no text can break it."""
import html
import json
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import values
from model import Lists

TYPES = {"event": "events", "aid-figure": "aid", "actor": "actors", "reference": "references", "era": "eras", "theme": "themes"}


@pytest.fixture(scope="module")
def lists(history):
    return Lists(history)


@pytest.fixture(scope="module")
def words(lists):
    """Words that stand in the titles and texts of records, with the records that hold them."""
    found = {}
    for collection, records in lists.items():
        for record in [each for each in records if each["corpus"] == "paper"]:
            texts = [record.get(key) or "" for key in ("title", "name", "summary", "description")]
            for word in tokens(" ".join(texts)):
                found.setdefault(word, set()).add(record["url"])
    return {word: urls for word, urls in found.items() if len(word) >= 4 and word.isalpha()}


def plain(text):
    """Without accents and case."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).casefold()


def tokens(text):
    return [word for word in re.split(r"[^a-z0-9]+", plain(text)) if word]


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j - 1] + (x != y), above[j] + 1, row[j - 1] + 1))
    return row[-1]


def hits(client, q, **query):
    return {hit["url"] for hit in client.records("/v1/search", {"q": q, **query})}


def found(client, collection, **query):
    return client.ok(f"/v1/{collection}", query, fields="id", limit=500).ids


def word_pairs():
    return st.tuples(st.integers(0, 10 ** 6), st.integers(0, 10 ** 6))


def pick(words, index):
    ordered = sorted(words, key=lambda word: (-len(words[word]), word))
    return ordered[index % len(ordered)]


@settings(max_examples=25)
@given(index=st.integers(0, 10 ** 6))
def test_a_word_finds_the_records_that_hold_it(history, words, index):
    word = pick(words, index)
    found = hits(history, word)
    assert words[word] <= found, word
    printed = word.replace("fi", "\ufb01").replace("ff", "\ufb00")  # as copied from a page
    for shape in (word.upper(), word.capitalize(), f" {word}  ", f"{printed[:2]}\u00ad{printed[2:]}"):
        assert hits(history, shape) == found


@settings(max_examples=25)
@given(indexes=word_pairs())
def test_words_are_anded_and_excluded(history, words, indexes):
    first, second = (pick(words, index) for index in indexes)
    a, b = hits(history, first), hits(history, second)
    assert hits(history, f"{first} {second}") == hits(history, f"{second} {first}") == a & b
    assert hits(history, f"{first} -{second}") == hits(history, f"-{second} {first}") == a - b
    assert hits(history, f'{first} "{second}"') <= a & b


@settings(max_examples=25)
@given(indexes=word_pairs(), third=st.integers(0, 10 ** 6))
def test_or_joins_what_stands_beside_it(history, words, indexes, third):
    first, second = (pick(words, index) for index in indexes)
    a, b, c = (hits(history, word) for word in (first, second, pick(words, third)))
    assert hits(history, f"{first} OR {second}") == a | b
    assert hits(history, f"{pick(words, third)} {first} OR {second}") == c & (a | b)
    assert hits(history, f"{first} OR {second} -{pick(words, third)}") == (a | b) - c


@settings(max_examples=25)
@given(index=st.integers(0, 10 ** 6), length=st.integers(1, 9), before=st.integers(0, 10 ** 6))
def test_the_last_word_may_go_on_while_one_types(history, words, index, length, before):
    start, whole = pick(words, index)[:length], pick(words, before)
    found = hits(history, start, prefix="true")
    assert hits(history, f"{start}*") | hits(history, start) == found
    assert hits(history, f"{whole} {start}", prefix="true") == found & hits(history, whole)


@settings(max_examples=25)
@given(index=st.integers(0, 10 ** 6), length=st.integers(2, 6))
def test_a_prefix_finds_what_begins_so(history, words, index, length):
    start = pick(words, index)[:length]
    found = hits(history, start + "*")
    assert set().union(*(urls for word, urls in words.items() if word.startswith(start))) <= found
    whole = hits(history, start)
    assert {url for url in whole if url in words.get(start, ())} <= found


@settings(max_examples=25)
@given(index=st.integers(0, 10 ** 6), at=st.integers(0, 20))
def test_a_phrase_finds_words_in_a_row(history, lists, index, at):
    every = [record for records in lists.values() for record in records if record.get("title")]
    record = every[index % len(every)]
    row = tokens(record["title"])
    phrase = row[at % len(row):][:3]
    found = hits(history, f'"{" ".join(phrase)}"')
    assert record["url"] in found
    together = hits(history, " ".join(f'"{word}"' for word in phrase))
    assert found <= together


@settings(max_examples=15)
@given(index=st.integers(0, 10 ** 6))
def test_marks_show_the_words_and_the_rest_is_escaped(history, lists, words, index):
    word = pick(words, index)
    for hit in history.ok("/v1/search", q=word, limit=20).data:
        assert hit["highlights"], hit["url"]
        for name, text in hit["highlights"].items():
            marked = re.findall("<mark>(.*?)</mark>", text)
            assert marked, (name, text)
            for each in marked:
                near = [distance(word, token) for token in tokens(html.unescape(each))]
                assert near and min(near) <= 2, (word, each)
            rest = re.sub("</?mark>", "", text)
            assert "<" not in rest and ">" not in rest and '"' not in rest
        record = lists.by_id[TYPES[hit["type"]]][hit["id"]]
        title = hit["highlights"].get("title")
        if title:
            assert html.unescape(re.sub("</?mark>", "", title)) == record.get("title", record.get("name"))
        assert hit["title"] == record.get("title", record.get("name"))
        assert hit["url"] == record["url"]


@settings(max_examples=25)
@given(index=st.integers(0, 10 ** 6), at=st.integers(0, 20), shape=st.sampled_from(["{0}", '"{0} {1}" "{1} {2}"', "{0}*", "{0} {1}", '"{0} {1}" {1}']))
def test_a_page_marks_what_an_export_marks(history, lists, index, at, shape):
    """A page marks the places that its query found; an export lets FTS5 look for them in each record once more."""
    every = [record for records in lists.values() for record in records if len(tokens(record.get("title") or "")) > 2]
    row = tokens(every[index % len(every)]["title"])
    q = shape.format(*row[min(at, len(row) - 3):][:3])
    pages = [(hit["url"], hit["score"], hit["highlights"]) for hit in history.records("/v1/search", {"q": q})]
    export = [json.loads(line) for line in history.ok("/v1/search", q=q, format="ndjson").body.splitlines()]
    assert pages and pages == [(hit["url"], hit["score"], hit["highlights"]) for hit in export]


def test_html_in_a_text_is_escaped_beside_the_marks(serve_copy, clients, releases, tmp_path):
    from releases import Dataset, load

    dataset = Dataset()
    dataset.publish("2040.01", "2040-01-01T00:00:00Z", "Marks")
    dataset.add("events", "marked-up", title='Quixotic <script>alert("1")</script> & co')
    service = serve_copy(releases.database(1))
    load(service.database, dataset.write(tmp_path / "marks"))
    (hit,) = clients(service).ok("/v1/search", q="quixotic").data
    assert hit["highlights"]["title"] == "<mark>Quixotic</mark> &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; co"


@settings(max_examples=15)
@given(index=st.integers(0, 10 ** 6))
def test_hits_come_best_first_and_each_list_gives_the_same(history, words, index):
    word = pick(words, index)
    search = history.ok("/v1/search", q=word, facet="type", limit=500)
    order = [(-hit["score"], hit["id"]) for hit in search.data]
    assert order == sorted(order)
    told = {each["value"]: each["count"] for each in search.json["meta"]["facets"]["type"]["values"]}
    for type_name, collection in TYPES.items():
        listed = history.ok(f"/v1/{collection}", q=word, limit=500)
        assert [(r["id"], r["score"], r["highlights"]) for r in listed.data] == [
            (hit["id"], hit["score"], hit["highlights"]) for hit in search.data if hit["type"] == type_name]
        assert listed.total == told.get(type_name, 0)


@settings(max_examples=15)
@given(index=st.integers(0, 10 ** 6), limit=st.integers(1, 9), sort=st.sampled_from(["-score", "score", "type,-id", "id", "-type"]))
def test_pages_of_a_search_are_the_search(history, words, index, limit, sort):
    word = pick(words, index)
    whole = [hit["url"] for hit in history.ok("/v1/search", q=word, sort=sort, limit=500).data]
    pages = list(history.walk(history.ok("/v1/search", q=word, sort=sort, limit=max(limit, len(whole) // 8))))
    assert [hit["url"] for page in pages for hit in page.data] == whole
    back = list(history.walk(pages[-1], "prev"))
    assert [hit["url"] for page in reversed(back) for hit in page.data] == whole


@settings(max_examples=12)
@given(index=st.integers(0, 10 ** 6))
def test_a_score_is_the_same_at_every_revision(history, words, index):
    word = pick(words, index)
    now = {hit["url"]: hit for hit in history.ok("/v1/search", q=word, limit=500).data}
    then = {hit["url"]: hit for hit in history.ok("/v1/search", q=word, as_of=2, limit=500).data}
    # The third release only removed records.
    assert now.keys() <= then.keys()
    assert {url: then[url] for url in now} == now


@pytest.mark.parametrize("spelling", ["Zulfikar", "Zulfiqar", "zulfiqar", "ZULFIKAR"])
def test_spellings_of_a_name_find_the_same(history, spelling):
    found = hits(history, spelling)
    assert found == hits(history, "zulfikar")
    assert "/v1/actors/zulfikar-ali-bhutto" in found


@pytest.mark.parametrize("q", ['"', '"a', 'a "', "-a", "-a -b", "*", "-", "--", '""', "...", "- -", "(", '"-"',
                               "→", "€ ™"])
def test_nothing_to_look_for_is_told_by_name(history, q):
    for path in ("/v1/search", "/v1/events", "/v1/network", "/v1/timeline"):
        problem = history.get(path, q=q)
        assert (problem.status, problem.json["code"], problem.culprits) == (400, "bad-parameter", {"q"}), q


@pytest.mark.parametrize("q", ["AND", "OR", "NOT", "NEAR(a b)", "a AND", "title:war", "{title}:x", "^war", "war^2",
                               "a OR b", "war'", "title : war", "a + b", "; war", "war → peace", "x'; DROP TABLE words;", "a\\b", "col:*", "x:y*", 'a"b"c', "100%", "a,b", "naïve", "战争", "\x01war"])
def test_no_text_is_read_as_syntax(history, q):
    answer = history.ok("/v1/search", q=q)
    assert answer.total >= 0
    assert "<" not in q and answer.json["meta"]["query"].startswith("corpus=paper&q=")


@settings(max_examples=60)
@given(q=st.one_of(st.text(st.sampled_from('ab "*-()+:^{}\'&|,.~\\'), min_size=1, max_size=14), values.any_text(20)))
def test_any_text_is_a_search_or_a_problem(history, q):
    answer = history.get("/v1/search", q=q)
    assert answer.status == 200 or (answer.status, answer.culprits) == (400, {"q"})
    if q:
        history.ok("/v1/search", q=q, prefix="true")


def test_every_title_name_and_alias_finds_its_record(history, lists):
    """Whatever signs stand in it; and so does its beginning, while one types."""
    for collection, records in lists.items():
        for record in [each for each in records if each["corpus"] == "paper"]:
            for text in {record.get("title"), record.get("name"), *record.get("aliases", [])} - {None}:
                for q in {text, text.upper(), unicodedata.normalize("NFD", text)}:
                    assert record["id"] in found(history, collection, q=q), q
                for length in {len(text) // 3 + 1, len(text) * 2 // 3, len(text)} - {0}:
                    assert record["id"] in found(history, collection, q=text[:length], prefix="true"), text[:length]
