"""What all tests share: the binary on a temporary database, and a client that judges every answer by the contract."""
import pathlib
import shutil
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent / name) for name in ("contract", "property", "../tools")]

pytest.register_assert_rewrite("contract", "service", "values", "model")

from hypothesis import HealthCheck, settings  # noqa: E402

from contract import brief, shipped  # noqa: E402
from releases import Releases  # noqa: E402
from service import BINARY, DATASET, TOOL, Client, Service, relata  # noqa: E402
from values import Pool  # noqa: E402

# The same examples in every run, and as many as the tests say.
settings.register_profile("relata", derandomize=True, deadline=None, database=None, print_blob=False,
                          suppress_health_check=list(HealthCheck))
settings.load_profile("relata")


def pytest_collection_modifyitems(config, items):
    """Where commands run another program than the service (tsan), tests that start no service would try that program a second time."""
    if TOOL != BINARY:
        idle = [item for item in items if "start" not in item.fixturenames]
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in idle]


@pytest.fixture(scope="session")
def contract():
    return shipped()


@pytest.fixture(scope="session")
def document(contract):
    return contract.document


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """A database that holds the shipped dataset; to be copied, not written."""
    path = tmp_path_factory.mktemp("loaded") / "relata.db"
    done = relata("load", DATASET, "--db", path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="session")
def start():
    """Starts services, which end with the session at the latest."""
    services = []

    def start_one(*arguments, **options):
        services.append(Service(*arguments, **options))
        return services[-1]

    yield start_one
    for service in services:
        service.kill()


@pytest.fixture(scope="session")
def serve_copy(start, tmp_path_factory):
    """Starts a service on a copy of a database file; its path is the service's `database`."""

    def serve(source, *arguments, **options):
        path = tmp_path_factory.mktemp("served") / "relata.db"
        shutil.copy(source, path)
        # A connection may rest longer than usual, while other tests run.
        service = start("serve", "--port", "0", "--db", path, "--idle", "3600",
                        *arguments, **options)
        service.database = path
        return service

    return serve


@pytest.fixture(scope="session")
def clients(contract):
    """Makes clients, whose connections end with the session. Schemas judge the answers of the program without sanitizers, which are the same."""
    made = []
    judging = contract if BINARY.parent.name == "build" else brief()

    def client_of(service):
        made.append(Client(judging, service))
        return made[-1]

    yield client_of
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def server(serve_copy, loaded):
    """The service on the shipped dataset, for reading only."""
    return serve_copy(loaded)


@pytest.fixture(scope="session")
def client(clients, server):
    return clients(server)


@pytest.fixture(scope="session")
def releases(tmp_path_factory):
    """The shipped dataset and two releases after it: records are added and changed, then removed."""
    return Releases(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="session")
def historic(serve_copy, releases):
    """The service on a database with three revisions, for reading only."""
    return serve_copy(releases.database(3))


@pytest.fixture(scope="session")
def history(clients, historic):
    return clients(historic)


@pytest.fixture(scope="session")
def pool(history, releases):
    """Ids, words, cursors and revisions of the service with three revisions."""
    return Pool(history, releases.edited)
