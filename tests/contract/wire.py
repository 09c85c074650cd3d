"""HTTP over a bare socket: bytes out, answers in, nothing corrected on the way."""
import socket

from service import PATIENCE, Answer

HOST = b"Host: localhost\r\n"


def line(target, method=b"GET", version=b"HTTP/1.1", headers=b""):
    """A request without a body."""
    target = target if isinstance(target, bytes) else target.encode()
    return method + b" " + target + b" " + version + b"\r\n" + HOST + headers + b"\r\n"


class Wire:
    """One connection."""

    def __init__(self, service, receive_buffer=None):
        family = socket.AF_INET6 if ":" in service.host else socket.AF_INET
        self.socket = socket.socket(family)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((service.host, service.port))
        self.left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *parts):
        for part in parts:
            self.socket.sendall(part)

    def more(self):
        """More bytes, b"" when the other side has closed."""
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return b""

    def until(self, mark):
        while mark not in self.left:
            more = self.more()
            if not more:
                raise EOFError(self.left)
            self.left += more
        head, _, self.left = self.left.partition(mark)
        return head

    def take(self, length):
        while len(self.left) < length:
            more = self.more()
            if not more:
                raise EOFError(self.left)
            self.left += more
        taken, self.left = self.left[:length], self.left[length:]
        return taken

    def chunk(self):
        """The next chunk (RFC 9112, 7.1), b"" at the end."""
        body = self.take(int(self.until(b"\r\n"), 16))
        assert self.take(2) == b"\r\n"
        return body

    def answer(self, method=b"GET"):
        """The next answer; EOFError where the connection ends before it."""
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1"
        headers = [tuple(each.split(": ", 1)) for each in lines[1:]]
        named = {name.lower(): value for name, value in headers}
        if method == b"HEAD" or status in ("204", "304") or status.startswith("1"):
            body = b""
        elif named.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self.chunk, b""))
        else:
            body = self.take(int(named.get("content-length", 0)))
        return Answer(int(status), headers, body)

    def ask(self, *parts, method=b"GET"):
        self.send(*parts)
        return self.answer(method)

    def is_closed(self):
        """Whether the other side has closed the connection and has sent nothing more."""
        return self.left == b"" and self.more() == b""


def ask(service, *parts, **options):
    """One request on a connection of its own."""
    with Wire(service) as wire:
        return wire.ask(*parts, **options)
