"""Other people's caches on loopback before the service: nginx, Squid, Varnish and Apache, each as small as it can be set up."""
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from proxy import free_port
from service import PATIENCE, eventually

NGINX = """daemon off;
worker_processes 1;
%(user)s
pid %(folder)s/pid;
events {}
http {
    access_log off;
    client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy; fastcgi_temp_path %(folder)s/fastcgi;
    uwsgi_temp_path %(folder)s/uwsgi; scgi_temp_path %(folder)s/scgi;
    proxy_cache_path %(folder)s/cache keys_zone=answers:1m;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    upstream service { server 127.0.0.1:%(origin)d; keepalive 4; }
    server {
        listen 127.0.0.1:%(port)d;
        location / {
            proxy_pass http://service;
            proxy_cache answers;
            proxy_cache_revalidate on;
        }
    }
}
"""
SQUID = """http_port 127.0.0.1:%(port)d accel defaultsite=localhost no-vhost
cache_peer 127.0.0.1 parent %(origin)d 0 no-query originserver
http_access allow all
never_direct allow all
cache_mem 64 MB
maximum_object_size_in_memory 16 MB
max_filedescriptors 1024
pid_filename none
cache_log %(folder)s/log
access_log none
netdb_filename none
coredump_dir %(folder)s
pinger_enable off
visible_hostname localhost
shutdown_lifetime 0 seconds
"""
VARNISH = """vcl 4.1;
backend service { .host = "127.0.0.1"; .port = "%(origin)d"; }
sub vcl_backend_response { set beresp.grace = 0s; set beresp.keep = 1h; }
"""
APACHE = """ServerRoot %(folder)s
ServerName localhost
Listen 127.0.0.1:%(port)d
PidFile %(folder)s/pid
ErrorLog %(folder)s/log
%(user)s
LoadModule mpm_event_module %(modules)s/mod_mpm_event.so
LoadModule authz_core_module %(modules)s/mod_authz_core.so
LoadModule proxy_module %(modules)s/mod_proxy.so
LoadModule proxy_http_module %(modules)s/mod_proxy_http.so
LoadModule cache_module %(modules)s/mod_cache.so
LoadModule cache_disk_module %(modules)s/mod_cache_disk.so
CacheRoot %(folder)s/cache
CacheQuickHandler on
CacheMaxFileSize 100000000
CacheEnable disk /
ProxyPass / http://127.0.0.1:%(origin)d/
"""
# Name, settings, the command for a folder, the user that the program changes to when root starts it.
KINDS = {
    "nginx": (NGINX, lambda folder, port: ["nginx", "-c", folder / "settings", "-p", folder, "-e", folder / "log"], None),
    "squid": (SQUID, lambda folder, port: ["squid", "-N", "-f", folder / "settings"], "proxy"),
    "varnish": (VARNISH, lambda folder, port: ["varnishd", "-j", "none", "-F", "-f", folder / "settings", "-n", folder / "work",
                                               "-a", f"127.0.0.1:{port}", "-s", "malloc,64m"], None),
    "apache": (APACHE, lambda folder, port: ["apache2", "-D", "FOREGROUND", "-f", folder / "settings"], "www-data"),
}


class Aging:
    """Passes bytes to a service and back, and lets what a minute may pass be old after a second, byte for byte as long as it was."""

    FRESH = [(b"max-age=60, stale-while-revalidate=600", b"max-age=01, stale-while-revalidate=000"), (b"max-age=86400", b"max-age=00001")]

    def __init__(self, service):
        self.service, self.host = service, "127.0.0.1"
        self.listener = socket.create_server((self.host, 0))
        self.port = self.listener.getsockname()[1]
        self.unchanged = 0  # answers with 304 that have passed
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection((self.service.host, self.service.port), PATIENCE)
            server.settimeout(None)
            threading.Thread(target=self.carry, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self.carry, args=(server, client, True), daemon=True).start()

    def carry(self, source, target, answers):
        try:
            while piece := source.recv(1 << 20):
                self.unchanged += piece.count(b"HTTP/1.1 304 ") if answers else 0
                for fresh, old in self.FRESH if answers else []:
                    piece = piece.replace(fresh, old)
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for each in (source, target):
                each.close()

    def stop(self):
        self.listener.close()


class Cache:
    """A cache of KIND before a service, whose answers are old after a second."""

    def __init__(self, kind, service):
        settings, command, user = KINDS[kind]
        self.kind, self.host, self.port = kind, "127.0.0.1", free_port()
        self.origin = Aging(service)
        # Below folders that any user may enter.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"relata-{kind}-"))
        (self.folder / "cache").mkdir()
        (self.folder / "settings").write_text(settings % {
            "folder": self.folder, "port": self.port, "origin": self.origin.port, "modules": "/usr/lib/apache2/modules",
            "user": self.user(kind, user)})
        self.process = subprocess.Popen([str(word) for word in command(self.folder, self.port)], start_new_session=True,
                                        env={"PATH": os.environ["PATH"] + ":/usr/sbin", "HOME": str(self.folder)},
                                        stdout=(self.folder / "out").open("wb"), stderr=subprocess.STDOUT)
        try:
            eventually(lambda: self.process.poll() is not None or self.is_open(), PATIENCE)
            assert self.process.poll() is None, self.told()
        except BaseException:
            self.stop()
            raise

    def user(self, kind, user):
        """What a program that root starts is told about its user, who gets the folder."""
        if os.getuid() != 0:
            return ""
        if user:
            for path in (self.folder, self.folder / "cache"):
                os.chown(path, pwd.getpwnam(user).pw_uid, -1)
        return {"nginx": "user root;", "apache": f"User {user}\nGroup {user}"}.get(kind, "")

    def told(self):
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in (self.folder / "out", self.folder / "log") if path.exists())

    def is_open(self):
        with socket.socket() as probe:
            return probe.connect_ex((self.host, self.port)) == 0

    def grow_old(self):
        """Waits until no answer that was taken is fresh any more: HTTP counts whole seconds."""
        time.sleep(2.1)

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(PATIENCE)
        self.origin.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
