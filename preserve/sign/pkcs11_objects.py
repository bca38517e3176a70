"""Finds on a token the certificate and the private key that are meant; labels never decide."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pkcs11 import Attribute, KeyType, ObjectClass, PKCS11Error, Session
from pkcs11.types import Object

from preserve.errors import SigningError
from preserve.sign.certificate_facts import identity_of
from preserve.sign.pkcs11_token import asking_token, same_text
from preserve.sign.pkcs11_uri import Pkcs11Uri
from preserve.sign.wanted_key import WantedKey
from preserve.trust.store import fingerprint

_KEY_TYPES = {"rsa": KeyType.RSA, "rsassa_pss": KeyType.RSA, "ec": KeyType.EC}


@dataclass(frozen=True, slots=True)
class TokenCertificate:
    """A certificate as it lies on the token."""

    der: bytes
    parsed: x509.Certificate
    id: bytes
    label: str

    @property
    def fingerprint(self) -> str:
        """SHA-256, lower-case hex."""
        return fingerprint(self.der)


@dataclass(frozen=True, slots=True)
class TokenPrivateKey:
    """A private key as it lies on the token."""

    object: Object
    id: bytes
    label: str
    kind: KeyType | None
    modulus: bytes
    """Public half of an RSA key where the token tells it, else empty."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate with the private key that belongs to it."""

    certificate: TokenCertificate
    key: TokenPrivateKey


def choose_key(
    session: Session, token: str, uri: Pkcs11Uri, wanted: WantedKey
) -> tuple[Candidate, tuple[bytes, ...]]:
    """Return the key that is meant, and the issuing certificates that lie beside it.

    Steps:
        1. Read certificates and private keys; join those that belong together.
        2. Keep what the URI allows: certificate, id, label.
        3. Where several are left, keep those that the appointments name, then those in force.
        4. One must be left: a program does not guess whose signature it makes.

    Args:
        session: a session that is logged in.
        token: how errors call the token.
        uri: which key is meant.
        wanted: which key is meant, where the URI leaves a choice.

    Returns:
        The key, and DER of the issuing certificates, nearest first.

    Raises:
        SigningError: no key fits, several fit, or the token failed.
    """
    with asking_token(token):
        certificates = _certificates(session)
        keys = _private_keys(session)
    joined = [  # 1
        Candidate(certificate, key)
        for certificate in certificates
        if not certificate.parsed.ca and (key := _key_of(certificate, keys)) is not None
    ]
    allowed = [candidate for candidate in joined if _allowed(candidate, uri)]  # 2
    # Some tokens hold one certificate twice.
    fitting = list({candidate.certificate.der: candidate for candidate in allowed}.values())
    if len(fitting) > 1:
        fitting = _preferred(fitting, wanted)  # 3
    if not fitting:
        raise SigningError(
            "SIGN-TOKEN-NO-KEY", token=token, found=_inventory(certificates, keys) or "-"
        )
    if len(fitting) > 1:  # 4
        raise SigningError("SIGN-KEY-AMBIGUOUS", token=token, found=_listing(fitting))
    return fitting[0], _chain(fitting[0].certificate, certificates)


def _certificates(session: Session) -> list[TokenCertificate]:
    found = []
    for item in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        der = _read(item, Attribute.VALUE, b"")
        # Tokens hold unreadable leftovers.
        with suppress(ValueError, TypeError, KeyError):
            parsed = x509.Certificate.load(der)
            _ = parsed.subject.native, parsed.not_valid_after, parsed.ca
            identifier = _read(item, Attribute.ID, b"")
            label = _read(item, Attribute.LABEL, "")
            found.append(TokenCertificate(der, parsed, identifier, label))
    return found


def _private_keys(session: Session) -> list[TokenPrivateKey]:
    return [
        TokenPrivateKey(
            item,
            _read(item, Attribute.ID, b""),
            _read(item, Attribute.LABEL, ""),
            _read(item, Attribute.KEY_TYPE, None),
            _read(item, Attribute.MODULUS, b""),
        )
        for item in list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    ]


def _read(item: Object, attribute: Attribute, default: Any) -> Any:
    """Read one attribute; many tokens leave some out, or answer with values of their own.

    Labels in an old encoding are no text (``UnicodeDecodeError`` is a ``ValueError``).
    """
    try:
        return item[attribute]
    except (PKCS11Error, ValueError, KeyError, NotImplementedError):
        return default


def _key_of(
    certificate: TokenCertificate, keys: Sequence[TokenPrivateKey]
) -> TokenPrivateKey | None:
    """Return the private key of a certificate.

    The public half decides where the token tells it. Else the CKA_ID does, which by convention
    both objects share; a token without ids must hold a single key of that kind.
    """
    own = certificate.parsed.public_key
    like = [key for key in keys if key.kind == _KEY_TYPES.get(own.algorithm)]
    by_modulus = [key for key in like if key.modulus and _same_modulus(key, own)]
    silent = [key for key in like if not key.modulus]
    by_id = [key for key in silent if certificate.id and key.id == certificate.id]
    without_id = [key for key in silent if not (certificate.id and key.id)]
    for found in (by_modulus, by_id):
        if found:
            # The same key stored twice signs the same; another key of that id does not, and the
            # check of every signature finds out.
            return found[0]
    return without_id[0] if len(without_id) == 1 else None


def _same_modulus(key: TokenPrivateKey, own: x509.PublicKeyInfo) -> bool:
    modulus: int = own["public_key"].parsed["modulus"].native
    return int.from_bytes(key.modulus, "big") == modulus


def _allowed(candidate: Candidate, uri: Pkcs11Uri) -> bool:
    certificate, key = candidate.certificate, candidate.key
    return (
        uri.certificate in {"", certificate.fingerprint}
        and (uri.id is None or uri.id in {certificate.id, key.id})
        and (
            uri.label is None
            or same_text(certificate.label, uri.label)
            or same_text(key.label, uri.label)
        )
    )


def _preferred(candidates: list[Candidate], wanted: WantedKey) -> list[Candidate]:
    named = [
        candidate
        for candidate in candidates
        if identity_of(candidate.certificate.parsed).is_named_in(wanted.certificates)
    ]
    candidates = named or candidates
    if wanted.at is None:
        return candidates
    in_force = [c for c in candidates if _in_force(c.certificate.parsed, wanted.at)]
    return in_force or candidates


def _in_force(certificate: x509.Certificate, at: datetime) -> bool:
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def _chain(own: TokenCertificate, others: Sequence[TokenCertificate]) -> tuple[bytes, ...]:
    """Walk up from a certificate through the authorities on the token, roots left out."""
    chain: list[TokenCertificate] = []
    below = own
    while (issuer := _issuer(below, others)) is not None and issuer not in chain:
        chain.append(issuer)
        below = issuer
    return tuple(certificate.der for certificate in chain)


def _issuer(below: TokenCertificate, others: Sequence[TokenCertificate]) -> TokenCertificate | None:
    """Return the authority whose name and key identifier a certificate carries as its issuer's.

    This only chooses what is sent along; paths are built and checked elsewhere.
    """
    pointer = below.parsed.authority_key_identifier_value
    identifier = pointer["key_identifier"].native if pointer is not None else None
    for other in others:
        named = other.parsed.subject.dump() == below.parsed.issuer.dump()
        if named and other.parsed.ca and not other.parsed.self_issued:
            keyed = other.parsed.key_identifier
            if identifier is None or keyed is None or keyed == identifier:
                return other
    return None


def _listing(candidates: Sequence[Candidate]) -> str:
    return "; ".join(
        f"{c.certificate.fingerprint} (id={c.certificate.id.hex() or '-'}, "
        f"≤ {c.certificate.parsed.not_valid_after:%Y-%m-%d})"
        for c in candidates
    )


def _inventory(certificates: list[TokenCertificate], keys: list[TokenPrivateKey]) -> str:
    """List what the token holds, so that the URI or the token can be put right."""
    held = [f"certificate {c.fingerprint} id={c.id.hex() or '-'}" for c in certificates]
    held += [
        f"key {key.kind.name if key.kind is not None else '?'} id={key.id.hex() or '-'}"
        for key in keys
    ]
    return "; ".join(held)
