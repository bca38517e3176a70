"""Opens a key of a remote signing service by its URI."""

from __future__ import annotations

from collections.abc import Callable

from preserve.errors import SigningError
from preserve.sign.csc_credential import CscCredential, read_credential
from preserve.sign.csc_key import CscKey
from preserve.sign.csc_protocol import offers_pss
from preserve.sign.csc_secrets import CscSecrets, parse_secrets
from preserve.sign.csc_session import PERSON_TIMEOUT, CscSession, open_session
from preserve.sign.csc_uri import parse_csc_uri
from preserve.sign.external_signature import mechanism_of, public_key

_SHOWN = 10
"""Keys that a message lists at most."""


def open_csc(rest: str, secret: Callable[[str], str], *, timeout: float = PERSON_TIMEOUT) -> CscKey:
    """Open ``csc:https://host/csc/v1?credential=ID``.

    Nothing is authorised yet: PIN and code are sent with the first signature.

    Args:
        rest: what follows ``csc:``.
        secret: asked once, with the service's host; see
            :func:`preserve.sign.csc_secrets.parse_secrets`.
        timeout: seconds for an answer that a person may have to give.

    Raises:
        FormatError: the service gave no certificate that can be read.
        SigningError: the address is wrong, the service cannot be reached or refuses, or the key
            cannot be used.
    """
    address = parse_csc_uri(rest)
    secrets = parse_secrets(secret(address.host))
    session = open_session(address, secrets, timeout=timeout)
    credential = _credential(session, address.credential or _only_credential(session))
    _check_secrets(credential, secrets)
    key = public_key(credential.certificate, name=address.host)
    mechanism = mechanism_of(key, pss=offers_pss(credential.algorithms))
    return CscKey(session, credential, mechanism, key, secrets)


def _credential(session: CscSession, credential_id: str) -> CscCredential:
    body = {
        "credentialID": credential_id,
        "certificates": "chain",
        "certInfo": False,
        "authInfo": True,
    }
    answer = session.ask("credentials/info", body)
    return read_credential(answer, credential_id, version=session.version, host=session.host)


def _only_credential(session: CscSession) -> str:
    answer = session.ask("credentials/list", {})
    found = answer.get("credentialIDs")
    if not isinstance(found, list):
        raise SigningError(
            "SIGN-CSC-MALFORMED",
            host=session.host,
            method="credentials/list",
            problem="credentialIDs",
        )
    if len(found) != 1:
        shown = ", ".join(str(one) for one in found[:_SHOWN]) or "-"
        raise SigningError(
            "SIGN-CSC-CHOOSE", host=session.host, count=len(found), credentials=shown
        )
    return str(found[0])


def _check_secrets(credential: CscCredential, secrets: CscSecrets) -> None:
    """Miss a PIN or a code before the first document is prepared, not in the middle."""
    given = {"pin": secrets.pin, "otp": secrets.otp}
    missing = [name for name, kind in credential.asks_for if not given[kind]]
    if missing:
        raise SigningError("SIGN-CSC-SECRET-MISSING", names=", ".join(missing))
