"""Every example of the README is executed: what it shows a reader is what the service answers."""
import json
import re
import shlex
import shutil
import subprocess
import urllib.request

import pytest

from releases import Dataset, edit
from service import DATASET, PATIENCE, ROOT, TOOL, environment, relata

README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
CURL = [text for language, block in FENCED if language == "sh" for text in block.splitlines() if text.strip()]
# A block of JSON is a part of what the command before it answers.
ANSWERS = [(before.splitlines()[-1], part) for (_, before), (language, part) in zip(FENCED, FENCED[1:]) if language == "json"]
PYTHON = [block for language, block in FENCED if language == "python"]
# What is shown indented: commands of the checkout, and the tree.
SHOWN = [text.strip() for text in re.findall(r"^    (\S.*)$", README, re.M)]
USUAL = "http://localhost:8080"


def test_the_languages_of_the_examples_are_those_that_are_executed():
    assert {language for language, _ in FENCED} <= {"sh", "json", "python", "r", "javascript", "typescript"}
    assert CURL and PYTHON and ANSWERS


def shows(answer, part):
    """Whether PART is ANSWER, shortened: keys left out of objects, items left out of lists."""
    if isinstance(part, dict):
        return isinstance(answer, dict) and all(key in answer and shows(answer[key], value) for key, value in part.items())
    if isinstance(part, list):
        return isinstance(answer, list) and all(any(shows(item, wanted) for item in answer) for wanted in part)
    return answer == part


@pytest.mark.parametrize("command,part", ANSWERS)
def test_an_answer_that_the_readme_shows_is_what_comes(server, command, part):
    url = shlex.split(command.replace(USUAL, server.url))[1]
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        assert shows(json.load(answer), json.loads(part))


@pytest.mark.parametrize("command", CURL)
def test_a_request_of_the_readme_is_answered(server, command, tmp_path):
    assert USUAL in command, "an example that nobody can run as it stands"
    words = shlex.split(command.replace(USUAL, server.url))
    assert words[0] == "curl"
    done = subprocess.run([words[0], "-sS", "--fail-with-body", "--max-time", str(PATIENCE), *words[1:]], cwd=tmp_path,
                          capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = [path for path in tmp_path.iterdir()]
    answer = kept[0].read_bytes() if kept else done.stdout
    assert answer, "an example that shows nothing"
    if answer.startswith(b"{"):
        shown = json.loads(answer)
        # Of what changes since the newest release, there is nothing yet.
        assert shown.get("data", shown.get("nodes", shown)) or "/v1/changes?" in command, "an example that finds nothing"


def test_the_python_of_the_readme_runs(server):
    pytest.importorskip("pandas")
    script = "\n".join(PYTHON).replace(USUAL, server.url)
    done = subprocess.run(["/usr/bin/python3", "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > len(PYTHON), "each block prints a table"


def test_the_commands_of_the_readme_correct_a_record(tmp_path):
    """As an editor would: in a checkout whose database holds the release before."""
    commands = [shlex.split(text) for text in SHOWN if text.startswith("build/relata ")]
    assert [words[1] for words in commands] == ["load", "release", "load", "dump"]
    folder, database = tmp_path / "db" / "dataset", tmp_path / "relata.db"
    shutil.copytree(DATASET, folder)
    assert relata("load", folder, "--db", database).returncode == 0
    dataset = Dataset(folder)
    corrected = edit(dataset.records["events"])
    dataset.write(folder)
    told = []
    for words in commands:
        done = subprocess.run([str(TOOL), *words[1:]], cwd=tmp_path, env=environment({"RELATA_DB": str(database)}),
                              capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        told.append(done.stdout + done.stderr)
    assert corrected in told[0], "a dry run names what would change"
    assert relata("check", "--deep", "--db", database).returncode == 0
    assert (folder / "history").is_dir(), "a dump holds the revisions before"


@pytest.mark.parametrize("path", [text.split()[0] for text in SHOWN if re.match(r"\S+/ |\S+\.yaml ", text)] +
                         [text for text in SHOWN if text.startswith("tools/")])
def test_what_the_readme_names_is_there(path):
    assert (ROOT / path).exists()


def test_the_table_of_commands_is_that_of_the_program():
    commands = relata("--help").stdout.split("commands:")[1].split("\n\n")[0]
    assert set(re.findall(r"`relata (\w+)", README)) == set(re.findall(r"^  (\w+)", commands, re.M))


def test_the_settings_that_the_readme_names_are_those_of_the_program():
    settings = re.findall(r"^  (--[a-z-]+)", relata("--help").stdout, re.M)
    assert set(re.findall(r"`(?:relata serve |serve )?(--[a-z-]+)", README)) - {"--help"} <= set(settings)
