"""Logging in with a token that counts: one attempt, never the last one, and a word of its own."""

from __future__ import annotations

from typing import Any

import pkcs11
import pytest
from pkcs11 import Slot, Token, TokenFlag

from preserve.errors import SigningError
from preserve.sign.pkcs11_login import log_in

PIN, TRIES = "135791", 3


class _Session:
    """What a successful login returns."""


class _CountingSlot(Slot):
    """The slot that the token sits in; it gives the same token again."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def get_token(self) -> Token:
        return self._token


class CountingToken(Token):
    """A token that locks after three wrong PINs, as those of schools do.

    SoftHSM never locks, so what happens near the lock needs a token of our own. It answers as the
    standard says (PKCS #11 v2.40, C_Login and CK_TOKEN_INFO flags).
    """

    label, serial = "Thẻ đếm", b"0042"

    def __init__(self, wrong: int = 0, *, tells: bool = True, more: TokenFlag | int = 0) -> None:
        self.wrong, self.tells, self.logins, self.opened = wrong, tells, 0, 0
        self._more = TokenFlag.LOGIN_REQUIRED | more

    @property
    def slot(self) -> Slot:
        """Where the token is asked for its flags again."""
        return _CountingSlot(self)

    @property
    def flags(self) -> TokenFlag:
        """What a token that tells says of its PIN."""
        flags = TokenFlag(self._more)
        if not self.tells:
            return flags
        if self.wrong:
            flags |= TokenFlag.USER_PIN_COUNT_LOW
        if self.wrong == TRIES - 1:
            flags |= TokenFlag.USER_PIN_FINAL_TRY
        if self.wrong >= TRIES:
            flags |= TokenFlag.USER_PIN_LOCKED
        return flags

    def open(self, *, user_pin: Any = None, **_: Any) -> Any:  # type: ignore[override]
        """Count and answer a login."""
        self.opened += 1
        if user_pin is None:
            return _Session()
        self.logins += 1
        if self.wrong >= TRIES:
            raise pkcs11.PinLocked
        if user_pin not in {PIN, pkcs11.PROTECTED_AUTH}:
            self.wrong += 1
            raise pkcs11.PinIncorrect
        self.wrong = 0
        return _Session()


def _refused(token: CountingToken, pin: str) -> str:
    with pytest.raises(SigningError) as caught:
        log_in(token, lambda: pin)
    error = caught.value
    said = f"{error} {error!r} {error.parameters} {error.__cause__!r} {error.__context__!r}"
    assert not pin or pin not in said
    assert "0042" in error.parameters["token"]
    return error.code


def test_the_right_pin_logs_in_once() -> None:
    """One login; the PIN comes back for keys that want it for every signature."""
    token = CountingToken()
    session, pin = log_in(token, lambda: PIN)
    assert isinstance(session, _Session)
    assert (pin, token.logins, token.opened) == (PIN, 1, 1)


def test_three_runs_with_a_wrong_pin_never_lock_the_token() -> None:
    """Each run spends at most one attempt, and the last one is never spent."""
    token = CountingToken()
    assert _refused(token, "000000") == "SIGN-PIN-WRONG"
    assert (token.logins, token.wrong) == (1, 1)
    assert _refused(token, "000000") == "SIGN-PIN-WRONG-ONE-LEFT"
    assert (token.logins, token.wrong) == (2, 2)
    for pin in ("000000", PIN):
        assert _refused(token, pin) == "SIGN-PIN-FINAL-TRY"
    assert (token.logins, token.wrong) == (2, 2)


def test_a_right_pin_after_a_wrong_one_is_taken() -> None:
    """A low count alone is no reason to refuse."""
    token = CountingToken(wrong=1)
    log_in(token, lambda: PIN)
    assert token.wrong == 0


def test_a_locked_token_is_not_tried_and_no_pin_is_asked_for() -> None:
    """The flag suffices; nobody types a PIN in vain."""
    token = CountingToken(wrong=TRIES)
    with pytest.raises(SigningError, match="SIGN-PIN-LOCKED"):
        log_in(token, lambda: pytest.fail("asked for a PIN"))
    assert token.opened == 0


def test_a_silent_token_that_locks_is_told_apart() -> None:
    """Where the flags say nothing, the answer to the login does."""
    token = CountingToken(wrong=TRIES, tells=False)
    assert _refused(token, PIN) == "SIGN-PIN-LOCKED"
    assert token.logins == 1


def test_an_empty_pin_spends_nothing() -> None:
    """An empty PIN is not sent, unless it is typed on the reader itself."""
    token = CountingToken()
    assert _refused(token, "") == "SIGN-PIN-EMPTY"
    assert token.opened == 0
    pad = CountingToken(more=TokenFlag.PROTECTED_AUTHENTICATION_PATH)
    log_in(pad, lambda: "")
    assert pad.logins == 1


def test_a_token_without_login_asks_for_nothing() -> None:
    """Without the flag CKF_LOGIN_REQUIRED there is no PIN."""
    token = CountingToken()
    token._more = TokenFlag(0)
    log_in(token, lambda: pytest.fail("asked for a PIN"))
    assert (token.opened, token.logins) == (1, 0)


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (pkcs11.PinExpired, "SIGN-PIN-EXPIRED"),
        (pkcs11.UserPinNotInitialized, "SIGN-PIN-UNSET"),
        (pkcs11.UserAlreadyLoggedIn, "SIGN-TOKEN-BUSY"),
        (pkcs11.DeviceRemoved, "SIGN-TOKEN-REMOVED"),
        (pkcs11.PinLenRange, "SIGN-PIN-WRONG"),
        (pkcs11.DeviceError, "SIGN-TOKEN-FAILED"),
        (pkcs11.GeneralError, "SIGN-TOKEN-FAILED"),
    ],
)
def test_every_answer_has_its_word(
    raised: type[Exception], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing foreign leaves the login."""

    def refuse(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(CountingToken, "open", refuse)
    assert _refused(CountingToken(), PIN) == code
