"""nginx on loopback with the very file that compose gives it, in its own time."""
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess

import yaml

from service import PATIENCE, ROOT, eventually
from wire import Wire, line

TEMPLATE = ROOT / "deploy/nginx/relata.conf.template"
# As the main file of the official image has it, but for one worker that runs as whoever runs the tests.
MAIN = """daemon off;
worker_processes 1;
%(user)s
pid %(folder)s/pid;
error_log %(folder)s/error.log notice;
%(kept)s
events { worker_connections 1024; }
http {
    default_type application/octet-stream;
    keepalive_timeout 65;
    %(temporary)s
    include %(folder)s/relata.conf;
}
"""


def settings_of_compose():
    """What docker-compose.yml gives the proxy where nothing else is set."""
    environment = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["proxy"]["environment"]
    return {name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value) for name, value in environment.items()}


def rendered(settings):
    """The file as the official image fills it in: every ${NAME} that is set and begins with RELATA_."""
    return re.sub(r"\$\{(RELATA_\w+)\}", lambda found: str(settings[found[1]]), TEMPLATE.read_text())


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def certificate(folder):
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                           "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                           "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


# What the clock of the proxy is turned by: libfaketime. A worker loses what the main file does not name.
FAKED = {"FAKETIME_TIMESTAMP_FILE": None, "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Proxy:
    """nginx before SERVICES; `turn` moves its clock on."""

    def __init__(self, folder, services, **settings):
        self.folder, self.host = pathlib.Path(folder), "127.0.0.1"
        self.port, self.plain_port = free_port(), free_port()
        certificate(self.folder)
        upstream = "; server ".join(f"{each.host}:{each.port}" for each in services)
        self.settings = settings_of_compose() | {
            "RELATA_UPSTREAM": upstream, "RELATA_HTTP": f"127.0.0.1:{self.plain_port}", "RELATA_HTTPS": f"127.0.0.1:{self.port}",
            "RELATA_PUBLIC_URL": f"https://localhost:{self.port}", "RELATA_CERTIFICATES": self.folder,
            "RELATA_CACHE": self.folder / "cache", "RELATA_ACCESS_LOG": self.folder / "access.log",
            "RELATA_RATE": "100000r/s", "RELATA_BURST": "100000"} | settings
        (self.folder / "relata.conf").write_text(rendered(self.settings))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        (self.folder / "nginx.conf").write_text(MAIN % {
            "folder": self.folder, "kept": " ".join(f"env {name};" for name in FAKED), "user": "user root;" if os.getuid() == 0 else "",
            "temporary": " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in kinds)})
        self.clock = self.folder / "clock"
        self.turn(0)
        self.process = self.start()
        self.context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))

    def start(self):
        (library,) = pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
        faked = FAKED | {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self.clock)}
        process = subprocess.Popen(["nginx", "-c", self.folder / "nginx.conf", "-p", self.folder, "-e", self.folder / "error.log"],
                                   env={"PATH": os.environ["PATH"] + ":/usr/sbin"} | faked, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: process.poll() is not None or self.is_open())
            assert process.poll() is None, (self.folder / "error.log").read_text()
        except BaseException:
            process.kill()
            raise
        return process

    def is_open(self):
        with socket.socket() as probe:
            return probe.connect_ex((self.host, self.port)) == 0

    def turn(self, seconds):
        """Sets the proxy's clock SECONDS ahead."""
        part = self.clock.with_suffix(".part")
        part.write_text(f"+{seconds}\n")
        part.rename(self.clock)

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(PATIENCE)

    @property
    def log(self):
        """The access log, each line as a mapping."""
        return [dict(re.findall(r"(\w+)=(\S+)", text)) for text in (self.folder / "access.log").read_text().splitlines()]


class Secure(Wire):
    """One TLS connection to a proxy."""

    def __init__(self, proxy):
        super().__init__(proxy)
        self.socket = proxy.context.wrap_socket(self.socket, server_hostname="localhost")

    def more(self):
        try:
            return self.socket.recv(65536)
        except ssl.SSLEOFError:
            return b""

    def get(self, target, method=b"GET", **headers):
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        return self.ask(line(target, method, headers=lines.encode()), method=method)


def get(proxy, target, method=b"GET", **headers):
    """One request on a connection of its own."""
    with Secure(proxy) as wire:
        return wire.get(target, method, **headers)
