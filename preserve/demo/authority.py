"""A demonstration authority: made-up certificates, revocation lists and time-stamps on disk.

::

    authority/
      keys/          <code>.p12 with <code>.passphrase: persons, seal, authorities
      certificates/  every certificate, PEM
      revocations/   one file per revoked certificate
      crls/          every list ever published, numbered

Nothing here is worth any trust: the passphrases lie beside the keys, and DEMO is in every name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from preserve.demo.authority_certificates import (
    Credential,
    make_issuing,
    make_organisation,
    make_person,
    make_root,
    make_timestamping,
)
from preserve.demo.authority_crls import latest, publish, write_revocation
from preserve.demo.authority_files import (
    read_key,
    read_passphrase,
    write_certificate,
    write_key,
    write_public,
)
from preserve.demo.timestamps import DemoTimestamper, serve
from preserve.errors import InputError
from preserve.sign.keys import SigningKey, open_pkcs12
from preserve.trust.store import fingerprint

SEAL_CODE = "SEAL"
"""Code of the key of the school's seal."""

_ROOT, _ISSUING, _TSA_ROOT, _TSA = "demo-root", "demo-issuing", "demo-tsa-root", "demo-tsa"
_ANCHORS = (_ROOT, _TSA_ROOT)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_ISSUERS = (_ROOT, _ISSUING, _TSA_ROOT)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up member of staff who is to get a certificate."""

    code: str
    """Staff code, for example ``GV01``; names the key's files."""
    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class DemoAuthority:
    """The authority in a folder; every method reads or writes files there."""

    folder: Path

    @property
    def _keys(self) -> Path:
        return self.folder / "keys"

    def key_uri(self, code: str) -> str:
        """Return the ``pkcs12:`` URI of a key."""
        return f"pkcs12:{self._keys / code}.p12"

    def passphrase(self, code: str) -> str:
        """Return the passphrase of a key, as a person would type it.

        Raises:
            InputError: the authority has no such key.
        """
        return read_passphrase(self._keys, code)

    def open_demo_key(self, code: str, *, prefer_pss: bool = True) -> SigningKey:
        """Open the key of a person or, with ``SEAL_CODE``, of the school's seal.

        Raises:
            InputError: the authority has no such key.
            SigningError: its file is damaged.
        """
        passphrase = self.passphrase(code)
        return open_pkcs12(self._keys / f"{code}.p12", lambda _: passphrase, prefer_pss=prefer_pss)

    def certificate(self, code: str) -> bytes:
        """Return the DER of a person's or the seal's certificate.

        Raises:
            InputError: the authority has not issued it.
        """
        return self._certificate(code).public_bytes(Encoding.DER)

    def certificate_fingerprint(self, code: str) -> str:
        """Return the SHA-256 of a certificate, as appointments name it.

        Raises:
            InputError: the authority has not issued it.
        """
        return fingerprint(self.certificate(code))

    def publish_crls(self, at: datetime) -> None:
        """Publish fresh lists of both roots and the issuing authority, valid for 90 days.

        Raises:
            InputError: a file of the authority is missing or damaged.
        """
        for name in _ISSUERS:
            revocations = self.folder / "revocations" if name == _ISSUING else None
            publish(self.folder / "crls", name, read_key(self._keys, name), at, revocations)

    def revoke(
        self,
        code: str,
        at: datetime,
        reason: x509.ReasonFlags = x509.ReasonFlags.key_compromise,
    ) -> None:
        """Revoke the certificate of a person or the seal; publish lists to make it known.

        Raises:
            InputError: the authority has not issued it.
        StorageError: it was revoked before.
        """
        write_revocation(self.folder / "revocations", self._certificate(code), at, reason)

    def timestamper(self, at: datetime | Callable[[], datetime]) -> DemoTimestamper:
        """Return the time-stamping authority, in this process.

        Args:
            at: the time of every token, or a clock.

        Raises:
            InputError: its key is missing or damaged.
        """
        clock = at if callable(at) else lambda: at
        return DemoTimestamper(read_key(self._keys, _TSA), clock)

    def write_trust(self, folder: Path) -> None:
        """Write anchors, seal, intermediate certificates and newest lists for a verifier.

        The layout is that of ``preserve.trust.store``. Called again, it adds newer lists.

        Raises:
            InputError: the authority is incomplete.
        StorageError: another file bears a name that is needed.
        """
        for name in _ANCHORS:
            write_certificate(folder / "anchors", name, self._certificate(name))
        for name in (_ISSUING, _TSA):
            write_certificate(folder / "certificates", name, self._certificate(name))
        write_certificate(folder / "seals", SEAL_CODE, self._certificate(SEAL_CODE))
        for name in _ISSUERS:
            newest = latest(self.folder / "crls", name)
            if newest is not None and not (folder / "crls" / newest.name).exists():
                write_public(folder / "crls" / newest.name, newest.read_bytes())

    def _certificate(self, code: str) -> x509.Certificate:
        try:
            content = (self.folder / "certificates" / f"{code}.pem").read_bytes()
            return x509.load_pem_x509_certificate(content)
        except (OSError, ValueError) as error:
            raise InputError("DEMO-KEY-MISSING", code=code) from error


def create_authority(
    folder: Path, people: Sequence[DemoPerson], school_name: str, tax_code: str, now: datetime
) -> DemoAuthority:
    """Make a demonstration authority with certificates for a school and its people.

    Args:
        folder: a folder that holds no authority yet.
        people: who gets a certificate.
        school_name: name in the seal's certificate and in every person's.
        tax_code: the school's tax code (MST).
        now: certificates hold from a year before to five years after; the first revocation
            lists are of this time.

    Raises:
        InputError: the folder holds an authority already, or a code cannot name a file or is
            used twice.
    """
    _check_codes(people)
    if (folder / "certificates").exists():
        raise InputError("DEMO-EXISTS", file=folder)
    root = make_root("DEMO Root CA", now)
    issuing = make_issuing("DEMO Issuing CA", root, now)
    tsa_root = make_root("DEMO TSA Root CA", now)
    made: dict[str, Credential] = {
        _ROOT: root,
        _ISSUING: issuing,
        _TSA_ROOT: tsa_root,
        _TSA: make_timestamping("DEMO Time-Stamping Authority", tsa_root, now),
        SEAL_CODE: make_organisation(name=school_name, tax_code=tax_code, issuer=issuing, now=now),
    }
    for person in people:
        made[person.code] = make_person(
            code=person.code,
            name=person.name,
            title=person.title,
            school=school_name,
            issuer=issuing,
            now=now,
        )
    for code, credential in made.items():
        write_key(folder / "keys", code, credential)
        write_certificate(folder / "certificates", code, credential.certificate)
    authority = DemoAuthority(folder)
    authority.publish_crls(now)
    return authority


def open_authority(folder: Path) -> DemoAuthority:
    """Open an authority that was made before.

    Raises:
        InputError: the folder holds none.
    """
    if not (folder / "certificates" / f"{_ROOT}.pem").is_file():
        raise InputError("DEMO-NO-AUTHORITY", folder=folder)
    return DemoAuthority(folder)


def serve_timestamps(
    authority: DemoAuthority, at: datetime | Callable[[], datetime] | None = None
) -> AbstractContextManager[str]:
    """Serve the authority's time-stamps on the loopback interface; yields the URL.

    Args:
        authority: whose time-stamps.
        at: the time of every token, or a clock; the machine's clock by default.

    Raises:
        InputError: the authority's key is missing or damaged.
    """
    return serve(authority.timestamper(at or _machine_clock))


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def _check_codes(people: Sequence[DemoPerson]) -> None:
    taken = {_ROOT, _ISSUING, _TSA_ROOT, _TSA, SEAL_CODE}
    for person in people:
        if not _CODE.fullmatch(person.code) or person.code in taken:
            raise InputError("DEMO-CODE", code=person.code)
        taken.add(person.code)
