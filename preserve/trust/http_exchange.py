"""One HTTP request and its reply, within limits of time, size, places and redirects."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from enum import StrEnum
from functools import partial
from typing import IO
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https"})

_TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = range(300, 400)


class TransientFailure(Exception):  # noqa: N818  (it is caught, never reported)
    """The attempt failed in a way that another attempt may mend."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class RefusalKind(StrEnum):
    """Why a reply is not taken, however often one asks."""

    SCHEME = "scheme"
    ADDRESS = "address"
    """The host is this machine or lies in its own network."""
    REDIRECT = "redirect"
    STATUS = "status"
    TOO_LONG = "too_long"


class Refusal(Exception):  # noqa: N818  (it is caught, never reported)
    """The reply is not taken, and asking again would not help."""

    def __init__(self, kind: RefusalKind, detail: object) -> None:
        self.kind = kind
        self.detail = str(detail)
        super().__init__(f"{kind}: {detail}")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a server."""

    url: str
    accept: str
    content: bytes | None = None
    """Body of a POST; ``None`` for a GET."""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how much, where."""

    timeout: float
    """Seconds for the whole exchange, redirects included."""
    largest: int
    """Bytes of a reply."""
    redirects: int = 3
    other_hosts: bool = False
    """Whether a redirect may lead to another scheme, host or port."""
    local: bool = True
    """Whether the server may have an address that is not public. An address that a stranger wrote
    into a certificate must not make this machine knock at doors inside its own network."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server sent."""

    content_type: str
    content: bytes


def exchange(request: Request, limits: Limits) -> Reply:
    """Send a request and return the reply.

    Proxies of the environment are used, as every program of the machine uses them; where one
    stands between, it decides which addresses are reached.

    Raises:
        TransientFailure: network trouble, too slow, or a status that asks for patience.
        Refusal: the server or its reply is outside of the limits.
    """
    if urlsplit(request.url).scheme not in SCHEMES:
        raise Refusal(RefusalKind.SCHEME, urlsplit(request.url).scheme)
    headers = {"Accept": request.accept}
    if request.content is not None:
        headers["Content-Type"] = request.content_type
    prepared = urllib.request.Request(request.url, request.content, headers)  # noqa: S310  (checked above)
    with _watch(limits) as watch:
        try:
            with _opener(watch, limits).open(prepared, timeout=limits.timeout) as response:
                reply = _read(response, limits.largest)
        except urllib.error.HTTPError as error:
            error.close()
            raise _judge_status(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TransientFailure(_reason(error, watch)) from error
        if watch.expired:
            # The connection was cut, and the reader took that for the end of the reply.
            raise TransientFailure("TimeoutError")
        return reply


def _read(response: http.client.HTTPResponse, largest: int) -> Reply:
    content = response.read(largest + 1)
    if len(content) > largest:
        raise Refusal(RefusalKind.TOO_LONG, largest)
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and len(content) < int(announced):
        raise TransientFailure("IncompleteRead")
    return Reply(response.headers.get_content_type(), content)


def _judge_status(error: urllib.error.HTTPError) -> TransientFailure | Refusal:
    if error.code in _TRANSIENT_STATUS:
        return TransientFailure(f"HTTP {error.code}")
    kind = RefusalKind.REDIRECT if error.code in _REDIRECTS else RefusalKind.STATUS
    return Refusal(kind, error.code)


def _reason(error: Exception, watch: _Watch) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return "TimeoutError" if watch.expired else type(cause).__name__


@dataclass(slots=True)
class _Watch:
    """Cuts connections when the time for the whole exchange is over.

    A socket's own time-out starts anew with every byte; a server that drips would never end.
    """

    deadline: float
    local: bool
    timers: list[threading.Timer] = field(default_factory=list)
    expired: bool = False

    def connect(
        self,
        proxied: bool,  # noqa: FBT001  (bound by partial)
        address: tuple[str, int],
        timeout: float,
        source_address: tuple[str, int] | None = None,
    ) -> socket.socket:
        """Connect, look where one has got to, and start the clock; nothing is sent yet."""
        connection = socket.create_connection(address, timeout, source_address)
        peer = connection.getpeername()[0]
        if not (self.local or proxied or _is_public(peer)):
            connection.close()
            raise Refusal(RefusalKind.ADDRESS, address[0])
        left = max(self.deadline - time.monotonic(), 0)
        timer = threading.Timer(left, self._cut, (connection,))
        timer.daemon = True
        timer.start()
        self.timers.append(timer)
        return connection

    def _cut(self, connection: socket.socket) -> None:
        self.expired = True
        with suppress(OSError):
            # TLS wraps the socket and takes its descriptor along; a closed one has nothing to cut.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


@contextmanager
def _watch(limits: Limits) -> Iterator[_Watch]:
    watch = _Watch(time.monotonic() + limits.timeout, limits.local)
    try:
        yield watch
    finally:
        for timer in watch.timers:
            timer.cancel()


def _is_public(address: str) -> bool:
    """Tell a public address from one of this machine, its network or a group of machines."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return found.is_global and not found.is_multicast


def _opener(watch: _Watch, limits: Limits) -> urllib.request.OpenerDirector:
    """Return an opener that knows HTTP and HTTPS and, unlike urllib's own, no other scheme."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(limits),
        _Connections(watch),
    ):
        opener.add_handler(handler)
    return opener


class _Connections(urllib.request.AbstractHTTPHandler):
    """Opens HTTP and HTTPS connections that are watched."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a plain connection."""
        return self.do_open(partial(self._make, http.client.HTTPConnection, req), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a connection under TLS 1.2 or later (TT 15/2025/TT-BKHCN Annex I 2.3)."""
        made = partial(self._make, http.client.HTTPSConnection, req)
        return self.do_open(made, req, context=ssl.create_default_context())

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """Fill in the headers that HTTP wants."""
        return self.do_request_(request)

    https_request = http_request

    def _make(
        self,
        kind: type[http.client.HTTPConnection],
        req: urllib.request.Request,
        host: str,
        **attributes: object,
    ) -> http.client.HTTPConnection:
        made = kind(host, **attributes)  # type: ignore[arg-type]  # urllib's own attributes
        proxied = req.host != urlsplit(req.full_url).netloc
        made._create_connection = partial(self._watch.connect, proxied)  # type: ignore[attr-defined]  # noqa: SLF001  (the one place where http.client connects; a test fails when it goes)
        return made


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects: on the same host as the same request, or to others where allowed."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.redirects
        self._other_hosts = limits.other_hosts

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,  # noqa: ARG002  (urllib's signature)
        msg: str,  # noqa: ARG002  (urllib's signature)
        headers: Message,  # noqa: ARG002  (urllib's signature)
        newurl: str,
    ) -> urllib.request.Request:
        """Repeat the request at the new place, or refuse to go there."""
        fp.close()
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        moved = (old.scheme, old.netloc) != (new.scheme, new.netloc)
        weaker = (old.scheme, new.scheme) == ("https", "http")
        self._left -= 1
        strayed = moved and (weaker or not self._other_hosts)
        if new.scheme not in SCHEMES or strayed or self._left < 0:
            raise Refusal(RefusalKind.REDIRECT, new.hostname or new.scheme)
        kept = {name: value for name, value in req.header_items() if name != "Host"}
        return urllib.request.Request(newurl, req.data, kept)  # noqa: S310  (checked above)
