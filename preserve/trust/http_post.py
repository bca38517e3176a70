"""Posts a time-stamp query; every failure is either transient or has a code of its own."""

from __future__ import annotations

from preserve.errors import SigningError
from preserve.trust.http_exchange import (
    Limits,
    Refusal,
    RefusalKind,
    Request,
    TransientFailure,
    exchange,
)

__all__ = ["LARGEST_REPLY", "TransientFailure", "post"]

LARGEST_REPLY = 1024 * 1024
"""Bytes; a token with its certificates has a few thousand."""


def post(
    url: str, content: bytes, content_type: str, expected_type: str, *, timeout: float
) -> bytes:
    """Send bytes and return the bytes of the reply.

    Redirects are followed on the same scheme, host and port only, as a POST again.

    Args:
        url: ``http`` or ``https``.
        content: what is sent.
        content_type: what it is.
        expected_type: what the reply must be.
        timeout: seconds for the whole exchange.

    Raises:
        TransientFailure: network trouble or a status that asks for patience.
        SigningError: another host, another status or another content type; too long a reply.
    """
    request = Request(url, expected_type, content, content_type)
    try:
        reply = exchange(request, Limits(timeout, LARGEST_REPLY))
    except Refusal as refusal:
        raise _error(refusal) from refusal
    if reply.content_type != expected_type:
        raise SigningError("TSA-CONTENT-TYPE", found=reply.content_type, expected=expected_type)
    return reply.content


def _error(refusal: Refusal) -> SigningError:
    match refusal.kind:
        case RefusalKind.REDIRECT:
            return SigningError("TSA-REDIRECT", host=refusal.detail)
        case RefusalKind.TOO_LONG:
            return SigningError("TSA-TOO-LONG", limit=refusal.detail)
        case RefusalKind.SCHEME | RefusalKind.ADDRESS:
            return SigningError("TSA-URL", url=refusal.detail)
        case RefusalKind.STATUS:
            return SigningError("TSA-HTTP-STATUS", status=refusal.detail)
