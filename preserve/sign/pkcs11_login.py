"""Logs in to a token: one attempt, never the last one, and what the token says of the PIN."""

from __future__ import annotations

from collections.abc import Callable

import pkcs11
from pkcs11 import PKCS11Error, Session, Token, TokenFlag

from preserve.errors import SigningError
from preserve.sign.pkcs11_token import asking_token, describe

_WRONG = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)
_CODES: dict[type[PKCS11Error], str] = {
    pkcs11.PinLocked: "SIGN-PIN-LOCKED",
    pkcs11.PinExpired: "SIGN-PIN-EXPIRED",
    pkcs11.UserPinNotInitialized: "SIGN-PIN-UNSET",
    pkcs11.UserAlreadyLoggedIn: "SIGN-TOKEN-BUSY",
    pkcs11.AnotherUserAlreadyLoggedIn: "SIGN-TOKEN-BUSY",
    pkcs11.DeviceRemoved: "SIGN-TOKEN-REMOVED",
    pkcs11.TokenNotPresent: "SIGN-TOKEN-REMOVED",
}
"""What a token says at the login, beside "wrong"."""


def log_in(token: Token, ask: Callable[[], str]) -> tuple[Session, str]:
    """Open a session and log in as the token's owner, in exactly one attempt.

    Steps:
        1. Look at the token's flags: a locked PIN cannot be tried, and the last attempt is left
           to the maker's own program, since a locked token means weeks without a key.
        2. Ask for the PIN; an empty one would cost an attempt for nothing.
        3. Open the session and log in. Nothing is tried twice.

    Args:
        token: the token.
        ask: asked once for the PIN; not at all when the token wants none.

    Returns:
        The session and the PIN, which some keys want again for every signature.

    Raises:
        SigningError: the PIN is locked, about to be locked, empty, wrong or not set.
    """
    name = describe(token)
    _refuse_risk(token.flags, name)  # 1
    if not token.flags & TokenFlag.LOGIN_REQUIRED:
        with asking_token(name):
            return token.open(), ""
    pin = ask()  # 2
    typed = _what_to_send(pin, token, name)
    try:
        return token.open(user_pin=typed), pin  # 3
    except PKCS11Error as error:
        refusal = pin_error(error, token, name)
    # Raised outside of the handler: no exception that knows of the PIN hangs on to this one.
    raise refusal


def pin_error(error: PKCS11Error, token: Token, name: str) -> SigningError:
    """Return the error that says what became of a PIN, and how many attempts are left."""
    if isinstance(error, _WRONG):
        return _wrong(_flags_now(token), name)
    code = _CODES.get(type(error))
    if code is not None:
        return SigningError(code, token=name)
    return SigningError("SIGN-TOKEN-FAILED", token=name, problem=type(error).__name__)


def _refuse_risk(flags: TokenFlag, name: str) -> None:
    if flags & TokenFlag.USER_PIN_LOCKED:
        raise SigningError("SIGN-PIN-LOCKED", token=name)
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        raise SigningError("SIGN-PIN-FINAL-TRY", token=name)


def _what_to_send(pin: str, token: Token, name: str) -> str | object:
    """Return the PIN, or the sign that it is typed on the reader itself."""
    if pin:
        return pin
    if token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
        return pkcs11.PROTECTED_AUTH
    raise SigningError("SIGN-PIN-EMPTY", token=name)


def _wrong(flags: TokenFlag, name: str) -> SigningError:
    if flags & TokenFlag.USER_PIN_LOCKED:
        return SigningError("SIGN-PIN-LOCKED", token=name)
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return SigningError("SIGN-PIN-WRONG-ONE-LEFT", token=name)
    return SigningError("SIGN-PIN-WRONG", token=name)


def _flags_now(token: Token) -> TokenFlag:
    """Read the flags again; a token that does not answer any more has told nothing."""
    try:
        return token.slot.get_token().flags
    except PKCS11Error:
        return TokenFlag(0)
