"""Keys that never leave a token: opened by ``pkcs11:`` URI, one login for a whole batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pkcs11
from pkcs11 import Attribute, Mechanism, PKCS11Error, Token
from pkcs11.types import SignMixin

from preserve.errors import SigningError
from preserve.sign.certificate_facts import check_algorithms
from preserve.sign.external_signature import PublicKey, accepted, mechanism_of, public_key, size_of
from preserve.sign.pkcs11_login import pin_error
from preserve.sign.pkcs11_mechanisms import SIGNING, Operation, operation_for
from preserve.sign.pkcs11_objects import Candidate, choose_key
from preserve.sign.pkcs11_session import Login, open_login
from preserve.sign.pkcs11_token import asking_token, describe, find_token
from preserve.sign.pkcs11_uri import Pkcs11Uri, parse_pkcs11_uri
from preserve.sign.software_key import digest_of
from preserve.sign.wanted_key import ANY_KEY, WantedKey
from preserve.trust.store import fingerprint

_CURVES = {"secp256r1", "secp384r1"}


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Pkcs11Key:
    """A private key on a token; implements ``preserve.sign.keys.SigningKey``.

    It belongs to the process that opened it. The token is logged out and the session closed when
    the last key of that login goes.
    """

    certificate: bytes
    """DER."""
    chain: tuple[bytes, ...]
    """DER of the issuing certificates that lie on the token, nearest first, roots left out."""
    mechanism: str
    """``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``."""
    token: str
    """Label and serial number of the token."""
    offered: frozenset[Mechanism] = field(repr=False)
    """What the token says it can do."""
    public: PublicKey = field(repr=False)
    key: SignMixin = field(repr=False)
    source: Token = field(repr=False)
    login: Login = field(repr=False)
    asks_every_time: bool = False
    """The key wants the PIN before every signature (CKA_ALWAYS_AUTHENTICATE)."""

    @property
    def signature_size(self) -> int:
        """Largest number of bytes that :meth:`sign` returns."""
        return size_of(self.public)

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign ``data`` with the mechanism of this key, and check what the token made.

        A token may hold a key under the id of another certificate, or promise a mechanism that
        it does not master. Nothing of that reaches a document.

        Raises:
            SigningError: the digest algorithm may not be used, the token failed or was pulled
                out, or its signature does not fit the certificate.
        """
        digest_of(digest_algorithm)
        operation = operation_for(self.mechanism, digest_algorithm, self.offered, self.token)
        with asking_token(self.token):
            made = self._ask(operation, data)
        signature = accepted(made, data, self.public, self.mechanism, digest_algorithm)
        if signature is None:
            raise SigningError(
                "SIGN-TOKEN-SIGNATURE-WRONG",
                token=self.token,
                certificate=fingerprint(self.certificate),
            )
        return signature

    def _ask(self, operation: Operation, data: bytes) -> bytes:
        try:
            return self.key.sign(
                operation.prepare(data),
                mechanism=operation.mechanism,
                mechanism_param=operation.parameter,
                pin=self.login.pin if self.asks_every_time else None,
            )
        except (pkcs11.PinIncorrect, pkcs11.PinLocked, pkcs11.PinExpired) as error:
            refusal = pin_error(error, self.source, self.token)
        raise refusal


def open_pkcs11(uri: str, secret: Callable[[str], str], wanted: WantedKey = ANY_KEY) -> Pkcs11Key:
    """Open the key on a token that a URI names: one session, one login.

    Args:
        uri: ``pkcs11:…?module-path=…`` (RFC 7512).
        secret: asked once for the PIN with the token's label and serial number, unless the
            URI names a file that holds it.
        wanted: which key is meant where the URI leaves a choice.

    Raises:
        SigningError: the URI is malformed; module, token or key is missing or not unique; the PIN
            is wrong or locked; the key is too weak.
    """
    asked = parse_pkcs11_uri(uri)
    token = find_token(asked)
    name = describe(token)
    login = open_login(asked.module, token, lambda: _pin(asked, secret, name))
    chosen, chain = choose_key(login.session, name, asked, wanted)
    with asking_token(name):
        offered = frozenset(m for m in token.slot.get_mechanisms() if isinstance(m, Mechanism))
    public = _public_key(chosen, name)
    pss = asked.prefer_pss and bool(offered & SIGNING["rsassa_pss"])
    return Pkcs11Key(
        certificate=chosen.certificate.der,
        chain=chain,
        # A key that is certified for RSASSA-PSS alone may not sign otherwise (RFC 4055).
        mechanism=mechanism_of(public, pss=pss or _only_pss(chosen)),
        token=name,
        offered=offered,
        public=public,
        key=_able(chosen, name),
        source=token,
        login=login,
        asks_every_time=_asks_every_time(chosen),
    )


def _public_key(chosen: Candidate, token: str) -> PublicKey:
    """Return the public key, when it is strong enough.

    TT 15/2025/TT-BKHCN Annex I 1.2: RSA from 2048 bits, or ECDSA from 256 bits.
    """
    certificate = chosen.certificate.parsed
    check_algorithms(certificate)
    own = certificate.public_key
    if own.algorithm == "ec" and own.curve[1] not in _CURVES:
        raise SigningError("SIGN-TOKEN-KEY-TYPE", token=token, algorithm=own.curve[1])
    return public_key(chosen.certificate.der, name=token)


def _only_pss(chosen: Candidate) -> bool:
    return bool(chosen.certificate.parsed.public_key.algorithm == "rsassa_pss")


def _able(chosen: Candidate, token: str) -> SignMixin:
    key = chosen.key.object
    if not isinstance(key, SignMixin):
        raise SigningError(
            "SIGN-TOKEN-KEY-CANNOT-SIGN", token=token, certificate=chosen.certificate.fingerprint
        )
    return key


def _asks_every_time(chosen: Candidate) -> bool:
    try:
        return bool(chosen.key.object[Attribute.ALWAYS_AUTHENTICATE])
    except PKCS11Error:
        return False


def _pin(uri: Pkcs11Uri, secret: Callable[[str], str], token: str) -> str:
    if uri.pin_file is None:
        return secret(token)
    try:
        return uri.pin_file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        # The decoder's error would quote the bytes, which are the PIN.
        raise SigningError("SIGN-PIN-FILE", file=uri.pin_file) from None
