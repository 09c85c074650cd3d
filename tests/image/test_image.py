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
import yaml

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


def compose(name, service):
    """What the compose file NAME says of a service."""
    return yaml.safe_load((ROOT / name).read_text())["services"][service]


def words_of(service, volumes):
    """A service of compose as podman is told it; VOLUMES gives its volumes other names."""
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    words = ["--network", "host", "--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges",
             "--memory", service["mem_limit"], "--pids-limit", str(service["pids_limit"])]
    for path in service["tmpfs"]:
        words += ["--tmpfs", path]
    for volume in service["volumes"]:
        name, _, place = volume.partition(":")
        words += ["-v", f"{volumes[name]}:{place}"]
    for name, value in service.get("environment", {}).items():
        if "$" not in value:
            words += ["-e", f"{name}={value}"]
    if "entrypoint" in service:
        words += ["--entrypoint", json.dumps(service["entrypoint"])]
    return words


class Container:
    """A service of compose in a container, ready."""

    def __init__(self, environment, volumes, service):
        self.environment, self.port, self.name = environment, free_port(), f"relata-test-{uuid.uuid4().hex[:8]}"
        done = self.podman("run", "-d", "--name", self.name, *words_of(service, volumes), "-e", f"RELATA_PORT={self.port}",
                           "-e", "RELATA_ADDRESS=127.0.0.1", "localhost/relata", *service.get("command", []))
        assert done.returncode == 0, done.stderr
        until = time.monotonic() + PATIENCE
        while "listening on" not in self.log():
            assert time.monotonic() < until, self.log()
            time.sleep(0.1)

    def podman(self, *words, **more):
        return run("podman", *words, env=self.environment, **more)

    def inside(self, *words, **more):
        """Runs a command in the container, which must succeed; what it printed."""
        done = self.podman("exec", "-i", self.name, *words, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

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
def volumes(environment):
    names = {name: f"relata-test-{uuid.uuid4().hex[:8]}" for name in ("data", "copy", "scratch")}
    yield names
    for name in names.values():
        run("podman", "volume", "rm", "-f", name, env=environment)


@pytest.fixture()
def container(environment, volumes):
    container = Container(environment, volumes, compose("docker-compose.yml", "relata"))
    yield container
    run("podman", "rm", "-f", container.name, env=environment)


def test_it_makes_its_database_answers_and_stops_in_order(container):
    releases = (ROOT / "db/releases.tsv").read_text().splitlines()
    assert "level=info event=memory bounds_mib=236 limit_mib=256" in container.log()
    assert f"event=load revision={sum(line[:1].isdigit() for line in releases)} " in container.log()
    answer = container.get("/v1/events?era=gwot&limit=500")
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


def test_its_data_outlive_the_container(container, environment, volumes):
    before = container.get("/v1/events?limit=1")["links"]["permalink"]
    container.stop()
    again = Container(environment, volumes, compose("docker-compose.yml", "relata"))
    try:
        assert "event=load" not in again.log()
        assert again.get("/v1/events?limit=1")["links"]["permalink"] == before
    finally:
        assert again.stop()[0] == 0


def test_it_holds_nothing_to_build_with(container):
    for program in ("gcc", "make", "python3", "curl", "sqlite3"):
        assert container.podman("exec", container.name, "bash", "-c", f"command -v {program}").returncode != 0, program


def test_a_backup_comes_out_and_back_as_operations_md_tells(container, tmp_path):
    told = (ROOT / "docs/operations.md").read_text()
    for command in ("relata backup /data/backup.db", "relata check --db /data/backup.db", "cat /data/backup.db", "rm /data/backup.db",
                    "bash -c 'cat >/data/restored.db'", "relata check --deep --db /data/restored.db", "relata restore /data/restored.db",
                    "bash -c 'rm /data/restored.db*'"):
        assert re.search(rf"docker compose exec (-T )?relata {re.escape(command)}", told), command
    container.inside("relata", "backup", "/data/backup.db")
    container.inside("relata", "check", "--db", "/data/backup.db")
    copy = subprocess.run(["podman", "exec", container.name, "cat", "/data/backup.db"], capture_output=True, timeout=PATIENCE,
                          env=container.environment).stdout
    assert copy.startswith(b"SQLite format 3")
    container.inside("rm", "/data/backup.db")
    (tmp_path / "backup.db").write_bytes(copy)
    with open(tmp_path / "backup.db") as backup:
        container.inside("bash", "-c", "cat >/data/restored.db", stdin=backup)
    container.inside("relata", "check", "--db", "/data/restored.db")
    container.inside("relata", "restore", "/data/restored.db")
    container.inside("bash", "-c", "rm /data/restored.db*")
    assert container.get("/readyz")["status"] == "ready"


def test_instances_of_the_scale_overlay_serve_a_copy_that_is_made_while_data_are_served(container, environment, volumes):
    name = "docker-compose.scale.yml"
    for _ in range(2):
        done = container.podman("run", "--rm", *words_of(compose(name, "copy"), volumes), "localhost/relata")
        assert done.returncode == 0, done.stderr
    reader = Container(environment, volumes, compose(name, "reader"))
    try:
        assert reader.podman("exec", reader.name, "bash", "-c", "echo x >/data/x").returncode != 0
        for path in ("/v1/events?limit=5", "/v1/aid/totals"):
            assert reader.get(path) == container.get(path)
        # It has room for files, which is not memory.
        with urllib.request.urlopen(f"http://127.0.0.1:{reader.port}/v1/events?format=xlsx", timeout=10) as answer:
            assert answer.read(2) == b"PK"
        assert reader.inside("bash", "-c", "stat -f -c %T $RELATA_SCRATCH").strip() != "tmpfs"
    finally:
        assert reader.stop()[0] == 0


COMPOSE = ["docker-compose.yml", "docker-compose.scale.yml", "docker-compose.litestream.yml"]


@pytest.mark.parametrize("overlays", [[], COMPOSE[1:2], COMPOSE[2:], COMPOSE[1:]], ids=lambda overlays: "+".join(overlays) or "alone")
def test_compose_takes_the_files_and_every_service_is_hardened(overlays):
    files = [word for name in (COMPOSE[0], *overlays) for word in ("-f", str(ROOT / name))]
    done = run("docker-compose", *files, "--profile", "public", "--profile", "explorer", "config", env=os.environ | {"RELATA_REPLICA": "s3://bucket/relata"})
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert {"relata", "proxy", "explorer"} <= set(services)
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"] and service["pids_limit"] and service["mem_limit"], name
        published = service.get("ports", [])
        assert not published or name == "proxy" or [str(port).startswith("127.0.0.1:") for port in published] == [True], name
