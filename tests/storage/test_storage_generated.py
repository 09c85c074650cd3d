"""Generated editing: whatever an editor may write goes in, comes out again and makes the same database anywhere."""
import json
import pathlib
import re
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from first_release import FIRST_RELEASE
from service import TOOL
from storage import Dataset, content, dump, files, load, relata, revisions, rows, same

# A sanitizer makes seven seconds of each, and sees the first of the same ones; texts that nobody thought of are its fuzzers' work.
EXAMPLES = 3 if TOOL.parent.name == "asan" else 10
# What the contract allows in a text: anything but nothing, NUL and halves of characters.
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=60)
NUMBER = st.one_of(st.integers(-2**53 + 1, 2**53 - 1),
                   st.integers(-10**14, 10**14).map(lambda whole: whole / 1000))
SHIPPED = Dataset()
IDS = {name: [record["id"] for record in records] for name, records in SHIPPED.records.items()}
DATES = st.sampled_from(["1965", "1965-09", "1965-09-06", "196X", "19XX", "1965-21", "1965/1971", "../1958", "2001-09-11/..",
                         "1965~", "1965-09?", "[1965,1971]", "1984/..", "1979-12/1989"])


def some(values, most=4):
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


FIGURE = st.fixed_dictionaries({
    "measure": st.sampled_from(["killed", "wounded", "other"]), "group": st.none() | TEXT, "value": NUMBER,
    "unit": st.none() | TEXT, "qualifier": st.sampled_from(["as-printed", "nearly", "more-than", "about"]),
    "label": st.none() | TEXT})
NOTE = st.fixed_dictionaries({
    "code": st.sampled_from(["contradiction", "printed-as", "misspelling"]), "text": TEXT, "printed": st.none() | TEXT,
    "related": some(IDS["events"] + IDS["themes"])})
CITATION = st.fixed_dictionaries({
    "reference": st.sampled_from(IDS["references"]), "via": st.none() | st.sampled_from(IDS["references"]),
    "locator": st.sampled_from(["§1", "§4.3", "references"]), "stance": st.sampled_from(["asserts", "reports", "denies"]),
    "supports": some(["title", "summary"])})
PARTICIPATION = st.fixed_dictionaries({"id": st.sampled_from(IDS["actors"]), "role": st.sampled_from(["actor", "target", "victim"])})

# Each edit is the collection, the number of a record and the fields that become otherwise.
EDITS = st.one_of(
    st.tuples(st.just("events"), st.integers(0, len(IDS["events"]) - 1), st.one_of(
        st.fixed_dictionaries({"title": TEXT}), st.fixed_dictionaries({"summary": TEXT}),
        st.fixed_dictionaries({"figures": st.lists(FIGURE, max_size=3)}), st.fixed_dictionaries({"notes": st.lists(NOTE, max_size=2)}),
        st.fixed_dictionaries({"citations": st.lists(CITATION, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"actors": st.lists(PARTICIPATION, max_size=3)}), st.fixed_dictionaries({"themes": some(IDS["themes"])}),
        # A date must touch its era: where one is drawn, the other goes.
        st.fixed_dictionaries({"date_edtf": DATES, "date_basis": st.sampled_from(["printed", "inferred", "curator"]), "era": st.none()}),
        st.fixed_dictionaries({"date_edtf": st.none(), "date_basis": st.none(), "date_extent": st.none(),
                               "era": st.none() | st.sampled_from(IDS["eras"])}))),
    st.tuples(st.just("actors"), st.integers(0, len(IDS["actors"]) - 1), st.one_of(
        st.fixed_dictionaries({"name": TEXT}), st.fixed_dictionaries({"aliases": st.lists(TEXT, max_size=3, unique=True)}))),
    st.tuples(st.just("aid"), st.integers(0, len(IDS["aid"]) - 1), st.one_of(
        st.fixed_dictionaries({"amount_usd": st.integers(0, 2**53 - 1)}), st.fixed_dictionaries({"act_edtf": st.none() | DATES, "era": st.none()}))),
    st.tuples(st.just("themes"), st.integers(0, len(IDS["themes"]) - 1), st.fixed_dictionaries({"description": TEXT})))
RELEASES = st.lists(st.lists(EDITS, min_size=1, max_size=5), min_size=1, max_size=3)


@settings(max_examples=EXAMPLES)
@given(RELEASES)
def test_releases_come_out_as_they_went_in(releases):
    with tempfile.TemporaryDirectory(prefix="relata-generated-") as name:
        folder = pathlib.Path(name)
        dataset = Dataset()
        load(FIRST_RELEASE, folder / "relata.db")
        for number, edits in enumerate(releases):
            dataset.publish(f"2031.{number + 1:02}", f"2031-{number + 1:02}-01T00:00:00Z")
            for collection, index, fields in edits:
                dataset.records[collection][index] |= fields
            load(dataset.write(folder / str(number)), folder / "relata.db")
        out = dump(folder / "relata.db", folder / "dump")
        assert Dataset(out).records == dataset.records
        before = content(folder / "relata.db")
        load(out, folder / "relata.db")
        same(content(folder / "relata.db"), before)
        load(out, folder / "anew.db")
        same(content(folder / "anew.db"), before)
        assert files(dump(folder / "anew.db", folder / "again")) == files(out)
        assert relata("check", "--deep", "--db", folder / "anew.db").returncode == 0
        for body, served in rows(folder / "anew.db", "SELECT v.body, g.json FROM version v JOIN rendering g"
                                 " ON g.record = v.record AND g.valid_from <= v.valid_from AND g.valid_to > v.valid_from"):
            written, shown = json.loads(body), json.loads(served)
            # Names are added to actors, weights to notes; whatever else an editor writes is shown as it was written.
            shown["notes"] = [{key: value for key, value in note.items() if key in old or value is not None}
                              for note, old in zip(shown["notes"], written["notes"])]
            assert all(shown[key] == written[key] for key in written if key != "actors")


@settings(max_examples=EXAMPLES)
@given(NUMBER)
def test_a_number_is_shown_and_dumped_with_the_digits_it_was_written_with(number):
    with tempfile.TemporaryDirectory(prefix="relata-generated-") as name:
        folder = pathlib.Path(name)
        dataset = Dataset()
        dataset.find("events", "abbey-gate-attack")["figures"][0]["value"] = number
        load(dataset.write(folder / "in"), folder / "relata.db")
        digits = re.sub('e-0', 'e-', json.dumps(int(number) if number == int(number) else number))
        (served,), = rows(folder / "relata.db", "SELECT json FROM rendering g JOIN record r ON r.key = g.record"
                          " WHERE r.id = 'abbey-gate-attack'")
        assert f'"value":{digits},' in served
        assert f'"value": {digits},' in (dump(folder / "relata.db", folder / "out") / "events.json").read_text()
