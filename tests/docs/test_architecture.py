"""The pages for developers name files, functions and make targets that exist."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PAGES = ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md", "README.md"]


def code(page):
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", (ROOT / page).read_text())


@pytest.fixture(scope="module")
def sources():
    return "\n".join(path.read_text() for path in sorted((ROOT / "server").rglob("*.[ch]")))


def test_files_that_the_architecture_names_exist():
    named = {text for text in code("docs/architecture.md") if re.fullmatch(r"(server|tests|tools|api|db|web|bench|docs|deploy)/[\w./-]*", text)}
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_functions_that_the_architecture_names_are_defined(sources):
    named = {text for text in code("docs/architecture.md") if re.fullmatch(r"[a-z]+(_[a-z]+)+", text)} - {"as_of", "ret_", "malloc_trim", "strerrordesc_np"}
    assert len(named) > 20
    missing = [name for name in sorted(named) if not re.search(rf"^[a-z][^;\n]*\b{name}\(", sources, re.M)]
    assert missing == []


def test_a_function_stands_in_the_file_that_is_named_before_it():
    """Rows of the tables: `file` `function`."""
    pairs = re.findall(r"`(server/[\w/]+\.c)`\s+\(?`([a-z_]+)`", (ROOT / "docs/architecture.md").read_text())
    assert len(pairs) > 10
    wrong = [(path, name) for path, name in pairs if not re.search(rf"^[a-z].*\b{name}\(", (ROOT / path).read_text(), re.M)]
    assert wrong == []


def test_the_layers_are_those_that_are_checked():
    layers = re.search(r'^LAYERS = "([^"]+)"', (ROOT / "tools/layers").read_text(), re.M).group(1).split()
    picture = re.search(r"^    cli .*?^    base [^\n]*", (ROOT / "docs/architecture.md").read_text(), re.M | re.S).group(0)
    told = [name for line in picture.splitlines() for name in re.match(r" +([\w |]+?)(  |$)", line).group(1).split(" | ")]
    assert told == layers


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_make_targets_that_are_named_exist():
    known = set(re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(), re.M))
    known = {name for line in known for name in line.split()}
    text = "\n".join((ROOT / page).read_text() for page in PAGES)
    named = {name for words in re.findall(r"(?:^    |`)make((?: [a-z-]+)+)", text, re.M) for name in words.split() if not name.startswith("-")}
    assert len(named) > 5 and named <= known, named - known
