"""Keeps one login per token and process: that is how PKCS #11 counts logins too."""

from __future__ import annotations

import hmac
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import pkcs11
from pkcs11 import PKCS11Error, Session, Token

from preserve.errors import SigningError
from preserve.sign.pkcs11_login import log_in
from preserve.sign.pkcs11_token import describe


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Login:
    """An open session; it ends when the last key that came from it goes."""

    session: Session = field(repr=False)
    pin: str = field(repr=False)


_Place = tuple[str, int, bytes]
# The token's state is the process's own (PKCS #11 v2.40 section 2.6.7): a second login is an
# error there, so a second key on the same token has to share the first one's.
_logins: weakref.WeakValueDictionary[_Place, Login] = weakref.WeakValueDictionary()
_lock = Lock()


def open_login(module: Path, token: Token, ask: Callable[[], str]) -> Login:
    """Log in to a token, or share the login that this process has.

    Who shares a login has to know its PIN all the same. Another one is not tried.

    Args:
        module: the library through which the token is seen.
        token: the token.
        ask: asked once for the PIN.

    Raises:
        SigningError: as :func:`preserve.sign.pkcs11_login.log_in`, or the token is open in this
            process with another PIN.
    """
    place = (str(module.resolve()), token.slot.slot_id, token.serial)
    with _lock:
        login = _logins.get(place)
        if login is not None and _lasts(login):
            if not hmac.compare_digest(login.pin.encode(), ask().encode()):
                raise SigningError("SIGN-TOKEN-BUSY", token=describe(token))
            return login
        session, pin = log_in(token, ask)
        login = _logins[place] = Login(session, pin)
        weakref.finalize(login, _close, session)
        return login


def _lasts(login: Login) -> bool:
    """Tell whether the session still answers: a token that was pulled out has forgotten it.

    Asking for a random byte is the cheapest question; a token without a generator answers too.
    """
    try:
        login.session.generate_random(8)
    except (
        pkcs11.SessionHandleInvalid,
        pkcs11.SessionClosed,
        pkcs11.DeviceRemoved,
        pkcs11.TokenNotPresent,
    ):
        return False
    except PKCS11Error:
        return True
    return True


def _close(session: Session) -> None:
    """Log out and close; a token that is gone has forgotten the login by itself."""
    with suppress(PKCS11Error):
        session.close()
