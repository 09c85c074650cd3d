"""The explorer for readers whom the shipped data and a screen do not bring: names from right to left, paper, no motion."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest

PICTURES = os.environ.get("PICTURES")
SCRIPT = pathlib.Path(__file__).with_name("readers.mjs")
NAME, ALIAS, OFFICE = "عمران خان", "عمران احمد خان نیازی (1952)", "وزیراعظم"


@pytest.fixture(scope="module")
def seen(start, tmp_path_factory):
    """What was seen of a dataset in which an actor has his name, an alias and an office in Urdu."""
    folder = tmp_path_factory.mktemp("urdu")
    shutil.copytree("db/dataset", folder / "dataset", ignore=shutil.ignore_patterns("history"))
    actors = json.loads((folder / "dataset/actors.json").read_text())
    khan = next(actor for actor in actors if actor["id"] == "imran-khan")
    khan["name"], khan["aliases"] = NAME, [ALIAS, *khan["aliases"]]
    khan["offices"][0]["title"] = OFFICE
    (folder / "dataset/actors.json").write_text(json.dumps(actors, ensure_ascii=False))
    service = start("serve", "--port", "0", "--db", folder / "relata.db", "--dataset", folder / "dataset")
    done = subprocess.run(["node", str(SCRIPT), f"{service.url}/explore", *([PICTURES] if PICTURES else [])],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_names_go_their_own_way(seen):
    """Each in an element of its own, from right to left to its last sign (a bracket that would stand at the other end), which the text
    around it does not touch."""
    texts = {view: [each["text"] for each in found] for view, found in seen["names"].items()}
    assert {NAME, ALIAS, OFFICE} <= set(texts["record"]) and all(NAME in found for found in texts.values()), texts
    for view, found in seen["names"].items():
        for each in found:
            if each["svg"]:
                assert each["text"] == NAME, "a text of a picture is one name"
            else:
                assert each["leftward"] and each["apart"], (view, each)


@pytest.mark.parametrize("view", ["timeline", "aid", "network"])
def test_paper_has_what_can_be_read(seen, view):
    page = seen["pages"][view]
    assert page["picture"] and page["legend"] and not page["controls"]
    assert page["most"] <= 718
    assert page["background"] == "rgb(255, 255, 255)" and page["color"] == "rgb(27, 38, 49)"


def test_nothing_moves_for_who_wants_no_motion(seen):
    assert seen["motion"] == {"no-preference": True, "reduce": False}


def test_the_browser_has_nothing_to_complain_of(seen):
    assert seen["violations"] == [] and seen["console"] == []
