"""Servers on loopback that answer, or misbehave, as a test says."""

from __future__ import annotations

import http.server
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from preserve.trust.patience import Patience

Answer = Callable[[bytes], tuple[int, dict[str, str], bytes]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve what ``answer`` says to the body of a request: status, headers, body."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._tell(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._tell(self.path.encode())

        def _tell(self, asked: bytes) -> None:
            status, headers, body = answer(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/place"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def raw_server(speak: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Serve bytes without any protocol: ``speak`` gets the connection and the sign to stop."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(65536)
                speak(connection, stop)

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/place"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def reset(connection: socket.socket, _stop: threading.Event) -> None:
    """Break the connection off as a crashed server does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """Send a byte now and then, for ever: no socket time-out ever strikes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.wait(0.1):
        connection.sendall(b"X")


def hasty(attempts: int = 1) -> Patience:
    """Return a patience that never sleeps."""
    return Patience(attempts, lambda _: None, lambda: 0.0)
