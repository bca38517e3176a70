"""One HTTP POST whose every failure is either transient or has a code of its own."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from preserve.errors import SigningError

LARGEST_REPLY = 1024 * 1024
"""Bytes; a token with its certificates has a few thousand."""

_TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}


class TransientFailure(Exception):  # noqa: N818  (it is caught, never reported)
    """The attempt failed in a way that another attempt may mend."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


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
        timeout: seconds.

    Raises:
        TransientFailure: network trouble or a status that asks for patience.
        SigningError: another host, another status or another content type; too long a reply.
    """
    request = urllib.request.Request(  # noqa: S310  (the caller checked the scheme)
        url,
        data=content,
        headers={"Content-Type": content_type, "Accept": expected_type},
        method="POST",
    )
    opener = urllib.request.build_opener(_SameHostRedirects())
    try:
        with opener.open(request, timeout=timeout) as response:
            return _read(response, expected_type)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in _TRANSIENT_STATUS:
            raise TransientFailure(f"HTTP {error.code}") from error
        raise SigningError("TSA-HTTP-STATUS", status=error.code) from error
    except (OSError, http.client.HTTPException) as error:
        raise TransientFailure(_reason(error)) from error


def _read(response: http.client.HTTPResponse, expected_type: str) -> bytes:
    found = response.headers.get_content_type()
    if found != expected_type:
        raise SigningError("TSA-CONTENT-TYPE", found=found, expected=expected_type)
    reply = response.read(LARGEST_REPLY + 1)
    if len(reply) > LARGEST_REPLY:
        raise SigningError("TSA-TOO-LONG", limit=LARGEST_REPLY)
    return reply


def _reason(error: OSError | http.client.HTTPException) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return type(cause).__name__


class _SameHostRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only where the authority stays the same."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,  # noqa: ARG002  (urllib's signature)
        msg: str,  # noqa: ARG002  (urllib's signature)
        headers: Message,  # noqa: ARG002  (urllib's signature)
        newurl: str,
    ) -> urllib.request.Request:
        """Repeat the POST at the new path, or refuse another host."""
        fp.close()
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            raise SigningError("TSA-REDIRECT", host=new.hostname or "")
        return urllib.request.Request(  # noqa: S310  (same scheme as before)
            newurl, data=req.data, headers=dict(req.header_items()), method="POST"
        )
