"""Servers on one core, the client on another: what a request costs each of them."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "build/bench"
PEERS = ROOT / "bench/peers"
TICK = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 64
SERVER, CLIENT = ["taskset", "-c", "0"], ["taskset", "-c", "1"]


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """A process that is ready: one that was given a PORT answers there, any other tells its port."""

    def __init__(self, command, port=None, folder=None):
        self.log = tempfile.TemporaryFile("w+")
        self.folder = folder  # that goes when the server does
        start = time.monotonic()
        self.process = subprocess.Popen(SERVER + [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=self.log)
        while True:
            try:
                self.port = port or self.told_port()
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except (OSError, TypeError):
                if self.process.poll() is not None or time.monotonic() > start + 300:
                    self.log.seek(0)
                    sys.exit(f"bench/run: {command[0]} does not start: {self.log.read()}")
                time.sleep(0.001)
        self.started = time.monotonic() - start
        self.started_cpu = int(pathlib.Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9  # of its first thread

    def told_port(self):
        self.log.seek(0)
        return int(re.search(r"listening on http://[^:]*:(\d+)\n", self.log.read())[1])

    def processes(self):
        """Its own number and those of its children."""
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def cpu(self):
        total = 0
        for pid in self.processes():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def get(self, target, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def measure(self, targets, headers=(), seconds=1, connections=CONNECTIONS):
        """Microseconds of CPU a request, requests a second, the 99th percentile in microseconds, errors."""
        if dict(headers).get("If-None-Match"):
            return self.measure_unchanged(targets[0], headers, seconds, connections)
        with tempfile.NamedTemporaryFile("w", suffix=".targets") as file:
            file.write("\n".join(targets))
            file.flush()
            before = self.cpu()
            out = subprocess.run(CLIENT + ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s",
                                           str(ROOT / "bench/targets.lua"), f"http://127.0.0.1:{self.port}", "--", file.name,
                                           *(part for pair in headers for part in pair)], capture_output=True, text=True)
            found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", out.stdout)
            if not found:
                sys.exit(f"bench/run: wrk said {out.stdout} {out.stderr}")
            count, taken, _, p99, errors = map(int, found.groups())
            return (self.cpu() - before) * 1e6 / max(count, 1), count / taken * 1e6, p99, errors

    def measure_unchanged(self, target, headers, seconds, connections):
        """The same of answers 304, without a percentile. By h2load: wrk waits for the body of which their Content-Length tells."""
        before = self.cpu()
        out = subprocess.run([*CLIENT, "h2load", "--h1", "-t1", f"-c{connections}", f"-D{seconds}",
                              *(f"--header={name}: {value}" for name, value in headers), f"http://127.0.0.1:{self.port}{target}"],
                             capture_output=True, text=True)
        found = re.search(r"finished in [\d.]+m?s, ([\d.]+) req/s.*?(\d+) failed, (\d+) errored.*?(\d+) 2xx, (\d+) 3xx", out.stdout, re.DOTALL)
        if not found:
            sys.exit(f"bench/run: h2load said {out.stdout} {out.stderr}")
        rate, (failed, errored, whole, unchanged) = float(found[1]), map(int, found.groups()[1:])
        return (self.cpu() - before) * 1e6 / max(whole + unchanged, 1), rate, 0, failed + errored + whole

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:  # a peer that would finish what nobody waits for
            self.process.kill()
            self.process.wait()
        if self.folder:
            self.folder.cleanup()


def relata(database, *options):
    return Server([ROOT / "build/relata", "serve", "--db", database, "--port", "0", *options])


def header_lines(answer):
    return "".join(f"{name}: {value}\n" for name, value in answer.getheaders() if name not in ("Date", "Content-Length", "Connection"))


def floor_of(server, target):
    """A bare libmicrohttpd with the bytes of what SERVER answers to TARGET, headers and all."""
    answer, body = server.get(target)
    unchanged = server.get(target, [("If-None-Match", answer.getheader("ETag") or "-")])[0]
    folder = tempfile.TemporaryDirectory()
    files = [pathlib.Path(folder.name) / name for name in ("body", "headers", "unchanged")]
    for file, content in zip(files, (body, header_lines(answer).encode(), header_lines(unchanged).encode())):
        file.write_bytes(content)
    return Server([BENCH / "mhd_floor", port := free_port(), *files], port, folder)


NGINX = """daemon off;
user root;
worker_processes 1;
pid %(folder)s/pid;
error_log %(folder)s/error crit;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=100;
    default_type application/json;
    %(temporary)s
    server { listen 127.0.0.1:%(port)s; root %(folder)s; location / { try_files /body =404; } }
}
"""


def nginx_of(server, target):
    """nginx with a file of the bytes of what SERVER answers to TARGET."""
    folder = tempfile.TemporaryDirectory()
    os.chmod(folder.name, 0o755)
    (pathlib.Path(folder.name) / "body").write_bytes(server.get(target)[1])
    port = free_port()
    temporary = " ".join(f"{name}_temp_path {folder.name}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf = pathlib.Path(folder.name) / "nginx.conf"
    conf.write_text(NGINX % {"folder": folder.name, "port": port, "temporary": temporary})
    return Server(["nginx", "-e", f"{folder.name}/error", "-c", conf], port, folder)


def built(folder):
    """The bare server and the peers, made ready in FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    compiler = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o"]
    subprocess.run([*compiler, BENCH / "mhd_floor", ROOT / "bench/mhd_floor.c", "-lmicrohttpd"], check=True)
    subprocess.run([*compiler, BENCH / "ulfius", PEERS / "ulfius.c", "-lulfius", "-ljansson", "-lsqlite3"], check=True)
    wanted = (PEERS / "package.json").read_text()
    modules = BENCH / "node"
    if not (modules / "package.json").exists() or (modules / "package.json").read_text() != wanted:
        modules.mkdir(exist_ok=True)
        (modules / "package.json").write_text(wanted)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", modules], check=True)
    statements = subprocess.run([sys.executable, ROOT / "bench/sqlite_floor.py", "--sql"], check=True, capture_output=True, text=True).stdout
    (BENCH / "statements.json").write_text(statements)


def peer_of(name, database):
    """Fastify or Ulfius over the tables of bench/sqlite_floor.py."""
    port = free_port()
    arguments = [database, BENCH / "statements.json", port]
    if name == "Ulfius":
        return Server([BENCH / "ulfius", *arguments], port)
    os.environ["NODE_PATH"] = str(BENCH / "node/node_modules")
    os.environ["NODE_ENV"] = "production"
    return Server(["node", PEERS / "fastify.js", *arguments], port)


def version_of(command, pattern=r"(\d+(?:\.\d+)+)"):
    out = subprocess.run(command, capture_output=True, text=True)
    found = re.search(pattern, out.stdout + out.stderr)
    return found[1] if found else "?"


def versions():
    packages = json.loads((PEERS / "package.json").read_text())["dependencies"]
    debian = {name: version_of(["dpkg-query", "-W", "-f", "${Version}", package])
              for name, package in (("libmicrohttpd", "libmicrohttpd-dev"), ("SQLite", "libsqlite3-dev"), ("Ulfius", "libulfius-dev"), ("wrk", "wrk"), ("h2load", "nghttp2-client"))}
    return {**debian, "nginx": version_of(["nginx", "-v"]), "Node": version_of(["node", "--version"]),
            "Fastify": packages["fastify"], "better-sqlite3": packages["better-sqlite3"]}
