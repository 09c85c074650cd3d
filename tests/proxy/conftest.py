"""A service with a proxy before it."""
import pytest

from proxy import Proxy


@pytest.fixture(scope="session")
def proxied(tmp_path_factory):
    """Starts proxies, which end with the session at the latest."""
    proxies = []

    def start_one(*services, **settings):
        proxies.append(Proxy(tmp_path_factory.mktemp("proxy"), services, **settings))
        return proxies[-1]

    yield start_one
    for proxy in proxies:
        proxy.stop()


@pytest.fixture(scope="session")
def behind(serve_copy, loaded):
    """The service as compose runs it."""
    return serve_copy(loaded, "--proxied")


@pytest.fixture(scope="session")
def proxy(proxied, behind):
    """The proxy on the shipped dataset, without a bound that tests meet."""
    return proxied(behind)


def pytest_terminal_summary(terminalreporter):
    """Tells what tests measured."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {value}")
