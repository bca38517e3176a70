"""An opened remote signing service: signed in, with its generation of the interface known."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from preserve.errors import SigningError
from preserve.sign.csc_credential import version_of
from preserve.sign.csc_http import ask, ask_json
from preserve.sign.csc_secrets import CscSecrets
from preserve.sign.csc_uri import CscAddress, parse_csc_uri

TIMEOUT = 60.0
"""Seconds for questions that no person has to answer."""
PERSON_TIMEOUT = 180.0
"""Seconds for an authorisation or a signature: somebody may have to find a telephone first."""

_SLOW = {"credentials/authorize", "signatures/signHash"}
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class CscSession:
    """Where to ask, and with which access."""

    address: CscAddress
    version: int
    """Generation of the interface: 1 or 2."""
    authorization: str = field(default="", repr=False)
    """Value of the ``Authorization`` header."""
    timeout: float = PERSON_TIMEOUT

    @property
    def host(self) -> str:
        """What messages call the service."""
        return self.address.host

    def ask(self, method: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Ask the service once.

        Raises:
            SigningError: it cannot be reached, refuses, or answers wrongly.
        """
        return ask_json(
            f"{self.address.base}/{method}",
            body,
            method=method,
            host=self.host,
            timeout=self.timeout if method in _SLOW else min(self.timeout, TIMEOUT),
            authorization=self.authorization,
        )


def open_session(
    address: CscAddress, secrets: CscSecrets, *, timeout: float = PERSON_TIMEOUT
) -> CscSession:
    """Learn the service's generation and sign in with what the person gave.

    Raises:
        SigningError: the service cannot be reached or refuses.
    """
    bare = CscSession(address, 1, timeout=timeout)
    info = _info(bare)
    session = CscSession(address, version_of(info, address.base), timeout=timeout)
    authorization = _sign_in(session, secrets, str((info or {}).get("oauth2", "")))
    return CscSession(address, session.version, authorization, timeout)


def _info(session: CscSession) -> Mapping[str, Any] | None:
    """Ask what the service is; some leave the question out, and the URL then has to do."""
    try:
        return session.ask("info", {})
    except SigningError as error:
        if error.code in {"SIGN-CSC-REFUSED", "SIGN-CSC-LOGIN"}:
            return None
        raise


def _sign_in(session: CscSession, secrets: CscSecrets, oauth: str) -> str:
    """Return the ``Authorization`` header for a token, a user or a registered client."""
    if secrets.token:
        return f"Bearer {secrets.token}"
    if secrets.user:
        pair = base64.b64encode(f"{secrets.user}:{secrets.password}".encode()).decode()
        basic = CscSession(session.address, session.version, f"Basic {pair}", session.timeout)
        return _bearer(basic.ask("auth/login", {"rememberMe": False}), session.host)
    if secrets.client_id:
        return _bearer(_client_token(session, secrets, oauth), session.host)
    return ""


def _client_token(session: CscSession, secrets: CscSecrets, oauth: str) -> Mapping[str, Any]:
    """Get a token for a registered client (RFC 6749 section 4.4)."""
    # The client's secret goes only where an address of the same rules leads.
    address = parse_csc_uri(oauth) if oauth else session.address
    form = {
        "grant_type": "client_credentials",
        "client_id": secrets.client_id,
        "client_secret": secrets.client_secret,
    }
    return ask(
        f"{address.base}/oauth2/token",
        urlencode(form).encode(),
        method="oauth2/token",
        host=address.host,
        timeout=TIMEOUT,
        content_type=_FORM,
    )


def _bearer(answer: Mapping[str, Any], host: str) -> str:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise SigningError(
            "SIGN-CSC-MALFORMED", host=host, method="auth/login", problem="no access_token"
        )
    return f"Bearer {token}"
