"""Asks a time-stamping authority for tokens over HTTP (RFC 3161) and checks each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from asn1crypto import cms
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError
from preserve.trust.http_post import TransientFailure, post
from preserve.trust.paths import build_path_async
from preserve.trust.patience import Patience, try_patiently
from preserve.trust.slots import place_at
from preserve.trust.tokens import TimeStampReply, check_token, make_request, token_certificates

__all__ = ["HttpTimestamper", "TimeStamper", "open_timestamper"]

TIMEOUT = 180
"""Seconds; single answers of a state authority took up to 131 s (TSA-05)."""
CLOCK_TOLERANCE = timedelta(hours=24)
"""A token further from the clock than this shows a broken clock on one side (TSA-02)."""

_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"
_GRANTED = {"granted", "granted_with_mods"}


class HttpTimestamper(TimeStamper):
    """A time-stamping authority behind a URL; asks synchronously, keeps no connection."""

    def __init__(  # noqa: PLR0913  (settings of one client, all but the URL by keyword)
        self,
        url: str,
        *,
        policy: str = "",
        timeout: float = TIMEOUT,
        anchors: tuple[bytes, ...] = (),
        clock: Callable[[], datetime] | None = None,
        patience: Patience = Patience(),  # noqa: B008  (frozen)
        place: Callable[[str], AbstractContextManager[None]] = place_at,
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            url: ``http`` or ``https``. Plain HTTP will do: the token is signed (TSA-07).
            policy: object identifier of the policy that is wanted, empty for any.
            timeout: seconds for one attempt.
            anchors: DER of trusted roots; when there are any, the authority's certificate must
                lead to one of them.
            clock: current time; when given, a token far from it is refused.
            patience: how often a transient failure is tried at all.
            place: waits until the server behind a URL may be asked.

        Raises:
            SigningError: the URL is not one that can be asked.
        """
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SigningError("TSA-URL", url=_without_secrets(url))
        self.host: str = parts.hostname
        self._url = url
        self._policy = policy
        self._timeout = timeout
        self._anchors = anchors
        self._clock = clock
        self._patience = patience
        self._place = place

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a checked token for a digest.

        Raises:
            SigningError: the authority cannot be reached, refuses, or answers wrongly.
        """
        nonce, request = make_request(message_digest, md_algorithm, self._policy)
        token = read_reply(self._send(request.dump()))
        stamped_at = check_token(token, message_digest, md_algorithm, nonce, self._policy)
        if self._clock is not None and abs(stamped_at - self._clock()) > CLOCK_TOLERANCE:
            raise SigningError("TSA-CLOCK", time=stamped_at.isoformat())
        if self._anchors:
            own, *others = token_certificates(token)
            await build_path_async(own, tuple(others), self._anchors, stamped_at)
        return token

    def timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a checked token where no event loop is running.

        Raises:
            SigningError: the authority cannot be reached, refuses, or answers wrongly.
        """
        return asyncio.run(self.async_timestamp(message_digest, md_algorithm))

    def _send(self, query: bytes) -> bytes:
        try:
            return try_patiently(lambda: self._ask_once(query), self._patience)
        except TransientFailure as failure:
            attempts = self._patience.attempts
            raise SigningError(
                "TSA-UNREACHABLE", host=self.host, attempts=attempts, reason=failure.reason
            ) from failure

    def _ask_once(self, query: bytes) -> bytes:
        with self._place(self._url):
            return post(self._url, query, _QUERY, _REPLY, timeout=self._timeout)


def open_timestamper(
    url: str,
    *,
    policy: str = "",
    anchors: tuple[bytes, ...] = (),
    clock: Callable[[], datetime] | None = None,
) -> HttpTimestamper:
    """Open the authority behind a URL with the usual time-out and attempts.

    Raises:
        SigningError: the URL is not one that can be asked.
    """
    return HttpTimestamper(url, policy=policy, anchors=anchors, clock=clock)


def read_reply(reply: bytes) -> cms.ContentInfo:
    """Take the token out of a reply (RFC 3161 section 2.4.2).

    Raises:
        SigningError: it cannot be parsed, or the authority refused.
    """
    try:
        response = TimeStampReply.load(reply, strict=True)
        status = response["status"]["status"].native
        reasons = response["status"]["fail_info"].native or ()
        token = response["time_stamp_token"]
    except (ValueError, TypeError, KeyError) as error:
        raise SigningError("TSA-MALFORMED", problem=type(error).__name__) from error
    if status not in _GRANTED:
        raise SigningError("TSA-REFUSED", status=status, reasons=", ".join(sorted(reasons)))
    if not isinstance(token, cms.ContentInfo):
        raise SigningError("TSA-MALFORMED", problem="no token")
    return token


def _without_secrets(url: str) -> str:
    """Return scheme and host of a URL; user names, passwords and queries stay unsaid."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}"
