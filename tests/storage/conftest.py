"""Databases to start from: each test gets copies of its own."""
import shutil

import pytest

from first_release import FIRST_RELEASE
from storage import Dataset, load


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: waits for seconds by its nature")


@pytest.fixture(scope="session")
def shipped_database(tmp_path_factory):
    """A database that holds the shipped dataset; to be copied, not written."""
    path = tmp_path_factory.mktemp("shipped") / "relata.db"
    load(FIRST_RELEASE, path)
    return path


@pytest.fixture
def database(shipped_database, tmp_path):
    """A database of the test's own that holds the shipped dataset."""
    return shutil.copy(shipped_database, tmp_path / "relata.db")


@pytest.fixture
def dataset():
    """The shipped dataset, to be edited."""
    return Dataset()


@pytest.fixture(scope="session")
def releases(tmp_path_factory):
    """Three releases as folders, each as an editor would have it, without history."""
    folder = tmp_path_factory.mktemp("releases")
    first = Dataset().publish("2030.01", "2030-01-01T00:00:00Z", "A first release")
    first.clone("events", "abbey-gate-attack", "made-twice", title="An event that is told twice")
    first.clone("themes", "america-first", "made-theme", title="A theme that is none")
    first.clone("actors", "ayub-khan", "made-actor", name="An actor")
    first.find("actors", "united-states")["name"] = "The States"
    second = first.copy().publish("2030.02", "2030-02-01T00:00:00Z", "A second release")
    second.remove("events", "made-twice", "It was told twice", "abbey-gate-attack")
    second.find("actors", "united-states")["name"] = "The United States"
    second.find("events", "abbey-gate-attack")["summary"] += " Second."
    third = second.copy().publish("2030.03", "2030-03-01T00:00:00Z", "A third release")
    third.remove("themes", "made-theme", "It was none")
    third.remove("actors", "made-actor")
    third.find("events", "abbey-gate-attack")["summary"] += " Third."
    third.find("aid", "aid-1-3-billion-cut")["amount_usd"] += 1
    third.clone("events", "abbey-gate-attack", "made-twice", title="An event that came back")
    return [release.write(folder / str(number)) for number, release in enumerate((first, second, third), 1)]


@pytest.fixture(scope="session")
def three_revisions(releases, tmp_path_factory):
    """A database that took the three releases one by one; to be copied, not written."""
    path = tmp_path_factory.mktemp("three") / "relata.db"
    for release in releases:
        load(release, path)
    return path
