"""One question to a remote signing service: a JSON object by POST, a JSON object back."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import lru_cache
from typing import IO, Any

from preserve.errors import SigningError
from preserve.sign.csc_uri import is_loopback

LARGEST_REPLY = 4 * 1024 * 1024
"""Bytes; an answer with a thousand signatures has a quarter of that."""

_JSON = "application/json"
_LOGIN_ERRORS = {"invalid_token", "invalid_client", "invalid_grant", "authentication_error"}
_SECRET_ERRORS = {"invalid_pin", "invalid_otp"}
_ERROR_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_UNAUTHORIZED = 401


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token or a PIN goes to the address that the person named and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing; the redirect becomes an ordinary refusal."""


def ask(  # noqa: PLR0913  (one request; all but its address and body by keyword)
    url: str,
    content: bytes,
    *,
    method: str,
    host: str,
    timeout: float,
    authorization: str = "",
    content_type: str = _JSON,
) -> Mapping[str, Any]:
    """Send one request, once, and return the object of its answer.

    Nothing is ever sent a second time: a signature that was made and whose answer was lost must
    not be made again behind the signer's back.

    Args:
        url: where to; the caller checked its scheme.
        content: the request's body.
        method: what messages call the request, for example ``signatures/signHash``.
        host: what messages call the service.
        timeout: seconds.
        authorization: value of the ``Authorization`` header, empty for none.
        content_type: type of the body.

    Raises:
        SigningError: the service cannot be reached or trusted, refuses, or answers wrongly.
    """
    headers = {"Content-Type": content_type, "Accept": _JSON}
    if authorization:
        headers["Authorization"] = authorization
    request = urllib.request.Request(  # noqa: S310  (the caller checked the scheme)
        url, content, headers, method="POST"
    )
    try:
        with _opener(local=is_loopback(host)).open(request, timeout=timeout) as response:
            return _read(response, method, host)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error, method, host) from None
    except (OSError, http.client.HTTPException) as error:
        raise _trouble(error, method, host) from None


def ask_json(
    url: str,
    body: Mapping[str, object],
    *,
    method: str,
    host: str,
    timeout: float,
    authorization: str = "",
) -> Mapping[str, Any]:
    """Send a JSON object, once, and return the object of the answer.

    Raises:
        SigningError: as :func:`ask`.
    """
    content = json.dumps(body).encode()
    return ask(url, content, method=method, host=host, timeout=timeout, authorization=authorization)


@lru_cache(maxsize=2)
def _opener(*, local: bool) -> urllib.request.OpenerDirector:
    """Make what sends requests; reading the machine's anchors takes longer than a signature."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    handlers: list[urllib.request.BaseHandler] = [
        _NoRedirects(),
        urllib.request.HTTPSHandler(context=context),
    ]
    if local:
        # A proxy could not reach this machine's own services, and must not see their PINs.
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _read(response: IO[bytes], method: str, host: str) -> Mapping[str, Any]:
    content = response.read(LARGEST_REPLY + 1)
    if len(content) > LARGEST_REPLY:
        raise SigningError("SIGN-CSC-MALFORMED", host=host, method=method, problem="too long")
    answer = _parse(content)
    if answer is None:
        raise SigningError("SIGN-CSC-MALFORMED", host=host, method=method, problem="no JSON object")
    return answer


def _parse(content: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refusal(error: urllib.error.HTTPError, method: str, host: str) -> SigningError:
    """Choose the sentence for a refusal; of its text only the error's code is repeated."""
    try:
        answer = _parse(error.read(LARGEST_REPLY)) or {}
    except (OSError, http.client.HTTPException):
        answer = {}
    named = str(answer.get("error", ""))
    code = named if _ERROR_CODE.fullmatch(named) else "-"
    if code.lower() in _SECRET_ERRORS:
        return SigningError("SIGN-CSC-PIN", host=host, reason=code)
    if error.code == _UNAUTHORIZED or code.lower() in _LOGIN_ERRORS:
        return SigningError("SIGN-CSC-LOGIN", host=host, reason=code)
    return SigningError(
        "SIGN-CSC-REFUSED", host=host, method=method, status=error.code, reason=code
    )


def _trouble(error: OSError | http.client.HTTPException, method: str, host: str) -> SigningError:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLError):
        return SigningError("SIGN-CSC-TLS", host=host, reason=type(cause).__name__)
    return SigningError(
        "SIGN-CSC-UNREACHABLE", host=host, method=method, reason=type(cause).__name__
    )
