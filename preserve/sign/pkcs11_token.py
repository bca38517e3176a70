"""Loads the library of a token's maker and finds the token that a URI means."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from operator import attrgetter
from pathlib import Path

import pkcs11
from pkcs11 import PKCS11Error, Token, TokenFlag

from preserve.errors import SigningError
from preserve.sign.pkcs11_uri import Pkcs11Uri


def describe(token: Token) -> str:
    """Return what errors call a token: its label and its serial number."""
    return f"“{token.label}” (serial={serial_of(token)})"


def serial_of(token: Token) -> str:
    """Return the serial number as text."""
    return token.serial.rstrip(b"\0 ").decode("ascii", errors="replace")


_TOKEN_VALUES: dict[str, Callable[[Token], str]] = {
    "token": lambda token: token.label,
    "manufacturer": lambda token: token.manufacturer_id,
    "serial": serial_of,
    "model": lambda token: token.model,
    "slot-manufacturer": lambda token: token.slot.manufacturer_id,
    "slot-description": lambda token: token.slot.slot_description,
    "slot-id": lambda token: str(token.slot.slot_id),
}


_LIBRARY_VALUES: dict[str, Callable[[pkcs11._pkcs11.lib], str]] = {
    "library-manufacturer": attrgetter("manufacturer_id"),
    "library-description": attrgetter("library_description"),
    "library-version": lambda maker: ".".join(map(str, attrgetter("library_version")(maker))),
}


@contextmanager
def asking_token(token: str) -> Iterator[None]:
    """Turn whatever the token or its library reports into an error of the program.

    Args:
        token: how errors call the token.

    Raises:
        SigningError: the token was pulled out, or failed otherwise.
    """
    try:
        yield
    except (
        pkcs11.DeviceRemoved,
        pkcs11.TokenNotPresent,
        pkcs11.SessionHandleInvalid,
        pkcs11.SessionClosed,
    ) as error:
        raise SigningError("SIGN-TOKEN-REMOVED", token=token) from error
    except (PKCS11Error, ValueError, KeyError, NotImplementedError) as error:
        # Besides the standard's codes, the wrapper raises these on values it does not know.
        raise SigningError("SIGN-TOKEN-FAILED", token=token, problem=_problem(error)) from error


def find_token(uri: Pkcs11Uri) -> Token:
    """Return the one token that a URI means.

    Raises:
        SigningError: the library does not load, or no token or several tokens fit.
    """
    library = _load(uri.module)
    with asking_token(uri.module.name):
        present = list(_tokens(library))
        fitting = [token for token in present if _fits(token, library, uri)]
    if not present:
        raise SigningError("SIGN-TOKEN-NONE", module=uri.module)
    if len(fitting) != 1:
        raise SigningError(
            "SIGN-TOKEN-AMBIGUOUS" if fitting else "SIGN-TOKEN-MISSING",
            found=", ".join(describe(token) for token in fitting or present),
        )
    return fitting[0]


def _load(module: Path) -> pkcs11._pkcs11.lib:
    """Load the library, once per process.

    Its full path is used: a bare name would be searched for along the system's library path,
    and two names of one file would be initialised twice.
    """
    path = module.resolve()
    if not path.is_file():
        raise SigningError("SIGN-MODULE-MISSING", module=module)
    try:
        return pkcs11.lib(str(path))
    except PKCS11Error as error:
        raise SigningError(
            "SIGN-MODULE-UNUSABLE", module=module, problem=_problem(error)
        ) from error


def _tokens(library: pkcs11._pkcs11.lib) -> Iterator[Token]:
    """Yield the tokens that are plugged in and set up; a reader that fails hides no other."""
    for slot in library.get_slots(token_present=True):
        with suppress(PKCS11Error):
            token = slot.get_token()
            if token.flags & TokenFlag.TOKEN_INITIALIZED:
                yield token


def _fits(token: Token, library: pkcs11._pkcs11.lib, uri: Pkcs11Uri) -> bool:
    return all(
        same_text(
            _LIBRARY_VALUES[name](library)
            if name in _LIBRARY_VALUES
            else _TOKEN_VALUES[name](token),
            value,
        )
        for name, value in uri.token
    )


def same_text(one: str, other: str) -> bool:
    """Compare labels: composed and decomposed Vietnamese letters are the same letters."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _problem(error: Exception) -> str:
    """Return the name of the standard's error and what the system's loader said, if anything."""
    return ": ".join(filter(None, (type(error).__name__, str(error))))
