"""The image and the compose file, run for real: as nobody, on a read-only root file system, without capabilities."""
import json
import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.request
import uuid

import pytest

ROOT = pathlib.Path(__file__).parent.parent.parent
PATIENCE = 30
# Podman's own defaults ask for more than a container that runs in a container may give.
SETTINGS = """[containers]
default_ulimits = ["nofile=4096:4096", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=120, **more)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Container:
    """The service in a container, with the restrictions of docker-compose.yml."""

    def __init__(self, environment, volume):
        self.environment, self.port, self.name = environment, free_port(), f"relata-test-{uuid.uuid4().hex[:8]}"
        done = self.podman("run", "-d", "--name", self.name, "--network", "host", "--read-only", "--cap-drop", "all",
                           "--security-opt", "no-new-privileges", "--memory", "256m", "--pids-limit", "64", "--tmpfs", "/tmp",
                           "-e", f"RELATA_PORT={self.port}", "-e", "RELATA_ADDRESS=127.0.0.1", "-v", f"{volume}:/data",
                           "localhost/relata")
        assert done.returncode == 0, done.stderr
        until = time.monotonic() + PATIENCE
        while "listening on" not in self.log():
            assert time.monotonic() < until, self.log()
            time.sleep(0.1)

    def podman(self, *words):
        return run("podman", *words, env=self.environment)

    def log(self):
        done = self.podman("logs", self.name)
        return done.stdout + done.stderr

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        """Stops it as compose does; its exit code."""
        start = time.monotonic()
        assert self.podman("stop", "-t", "10", self.name).returncode == 0
        took = time.monotonic() - start
        code = self.podman("inspect", "-f", "{{.State.ExitCode}}", self.name).stdout.strip()
        self.podman("rm", "-f", self.name)
        return int(code), took


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    path = tmp_path_factory.mktemp("podman") / "containers.conf"
    path.write_text(SETTINGS)
    return os.environ | {"CONTAINERS_CONF": str(path)}


@pytest.fixture()
def volume(environment):
    name = f"relata-test-{uuid.uuid4().hex[:8]}"
    yield name
    run("podman", "volume", "rm", "-f", name, env=environment)


@pytest.fixture()
def container(environment, volume):
    container = Container(environment, volume)
    yield container
    run("podman", "rm", "-f", container.name, env=environment)


def test_it_makes_its_database_answers_and_stops_in_order(container):
    assert "event=load revision=1" in container.log()
    answer = container.get("/v1/events?era=gwot")
    assert answer["meta"]["total"] == len(answer["data"]) > 0
    assert container.get("/readyz")["status"] == "ready"
    code, took = container.stop()
    assert code == 0 and took < 10


def test_it_is_nobody_and_cannot_write_but_to_its_data(container):
    process = container.podman("inspect", "-f", "{{.State.Pid}}", container.name).stdout.strip()
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    assert re.search(r"^Uid:\s+10001\s+10001", status, re.M) and re.search(r"^CapEff:\s+0+$", status, re.M)
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.M)
    assert container.podman("exec", container.name, "bash", "-c", "echo x > /usr/share/relata/x").returncode != 0
    assert container.podman("exec", container.name, "bash", "-c", "echo x > /data/x && rm /data/x").returncode == 0


def test_its_health_check_passes(container):
    assert container.podman("healthcheck", "run", container.name).returncode == 0


def test_its_data_outlive_the_container(container, environment, volume):
    before = container.get("/v1/events?limit=1")["links"]["permalink"]
    container.stop()
    again = Container(environment, volume)
    try:
        assert "event=load" not in again.log()
        assert again.get("/v1/events?limit=1")["links"]["permalink"] == before
    finally:
        assert again.stop()[0] == 0


def test_it_holds_nothing_to_build_with(container):
    for program in ("gcc", "make", "python3", "curl", "sqlite3"):
        assert container.podman("exec", container.name, "bash", "-c", f"command -v {program}").returncode != 0, program


def test_the_compose_file_is_valid_and_hardened():
    done = run("docker-compose", "-f", str(ROOT / "docker-compose.yml"), "config")
    assert done.returncode == 0, done.stderr
    for line in ("read_only: true", "- ALL", "no-new-privileges:true", "mem_limit: 256m", "127.0.0.1:8080:8080"):
        assert line in done.stdout, line
