"""Services on datasets of made figures."""
import pytest

from figures import dataset_of
from releases import load


@pytest.fixture(scope="session")
def ask(serve_copy, clients, tmp_path_factory):
    """Makes clients of services on given figures."""

    def client_of(figures):
        folder = tmp_path_factory.mktemp("aid")
        load(folder / "relata.db", dataset_of(figures).write(folder / "dataset"))
        return clients(serve_copy(folder / "relata.db"))

    return client_of
