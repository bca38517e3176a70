"""Tells from CRLs and OCSP answers at hand whether a certificate was good at a moment.

RFC 5280 section 6.3, RFC 6960 section 3.2:

1. usable CRLs: the issuer's name, signed by the very key that issued the certificate, whole in
   scope, made with a digest that still counted; usable OCSP answers: about this certificate, by the
   issuer or a responder that it appointed and did not revoke; anything else is as if it were not
   there. An answer counts like a list that was issued when the responder last knew (thisUpdate);
2. an entry dated at or before the moment: revoked; a certificate hold near the moment: undecided,
   since a hold may have come and gone (reversible states make later lists silent);
3. no entry: good, if a list proves it: one issued at or after the moment and before the
   certificate ended, or, where that is enough, one that was current at the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from preserve.policy.algorithms import AlgorithmPolicy
from preserve.rules.algorithms import acceptable
from preserve.trust.ocsp import OcspAnswer, named_serials, read_ocsp
from preserve.trust.store import TrustMaterial
from preserve.verify.guard import ReaderFault, attempt

HOLD_MARGIN = timedelta(days=1)
"""A hold that begins this soon after the moment still counts as near it."""
_LISTS_KEPT = 8
_UNDERSTOOD = {
    ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    ExtensionOID.CRL_NUMBER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
}


class Standing(Enum):
    """What the lists say about a certificate."""

    GOOD = auto()
    REVOKED = auto()
    ON_HOLD = auto()
    UNKNOWN = auto()
    """No usable list covers the moment."""
    TOO_OLD = auto()
    """The usable lists are older than the moment."""


@dataclass(frozen=True, slots=True)
class Status:
    """The answer for one certificate at one moment."""

    standing: Standing
    since: datetime | None = None
    """Date of the entry."""
    list_issued: datetime | None = None
    """Issue time of the newest usable list."""


@dataclass(frozen=True, slots=True)
class _Entry:
    since: datetime
    reason: str
    compromised_since: datetime | None


@dataclass(frozen=True, slots=True)
class _List:
    """A usable list, or an answer, which counts like a list about one certificate."""

    issued: datetime
    next_issue: datetime | None
    digest: str
    entry: _Entry | None
    """Entry of the certificate in question."""


_HOLD = "certificateHold"


class RevocationLists:
    """The CRLs and OCSP answers of one set of trust material, parsed once."""

    def __init__(self, trust: TrustMaterial) -> None:
        self._by_issuer: dict[bytes, list[x509.CertificateRevocationList]] = {}
        self._facts: dict[tuple[bytes, bytes], tuple[_List, ...]] = {}
        for der in dict.fromkeys(trust.crls):
            loaded = attempt(lambda der=der: x509.load_der_x509_crl(der))  # type: ignore[misc]
            if not isinstance(loaded, ReaderFault):
                self._by_issuer.setdefault(loaded.issuer.public_bytes(), []).append(loaded)
        self._answers: dict[int, list[bytes]] = {}
        for der in dict.fromkeys(trust.ocsps):
            for serial in named_serials(der):
                self._answers.setdefault(serial, []).append(der)

    def status(
        self,
        certificate: bytes,
        issuer: bytes,
        moment: datetime,
        algorithms: AlgorithmPolicy,
        *,
        issued_after: bool,
    ) -> Status:
        """Judge a certificate at ``moment``.

        ``issued_after`` demands a list that was issued at or after the moment. CRL times have whole
        seconds, so the moment is cut to the second.
        """
        key = (certificate, issuer)
        if key not in self._facts:
            found = attempt(
                lambda: (
                    *self._usable_lists(certificate, issuer),
                    *self._usable_answers(certificate, issuer),
                )
            )
            self._facts[key] = () if isinstance(found, ReaderFault) else found
        lists = [
            one
            for one in self._facts[key]
            if acceptable(one.digest, 0, one.issued.date(), algorithms).acceptable
        ]
        ends = x509.load_der_x509_certificate(certificate).not_valid_after_utc
        return _judge(lists, moment.replace(microsecond=0), ends, issued_after=issued_after)

    def _usable_lists(self, certificate: bytes, issuer: bytes) -> Iterator[_List]:
        # Step 1, lists.
        subject = x509.load_der_x509_certificate(certificate)
        authority = x509.load_der_x509_certificate(issuer)
        key = authority.public_key()
        for one in self._by_issuer.get(subject.issuer.public_bytes(), ()):
            signed = attempt(lambda one=one: one.is_signature_valid(key))  # type: ignore[misc]
            if signed is True and _may_sign_lists(authority) and _covers(one, subject):
                yield _List(
                    issued=one.last_update_utc,
                    next_issue=one.next_update_utc,
                    digest=_digest_name(one),
                    entry=_entry(one, subject.serial_number),
                )

    def _usable_answers(self, certificate: bytes, issuer: bytes) -> Iterator[_List]:
        # Step 1, answers.
        serial = x509.load_der_x509_certificate(certificate).serial_number
        for der in self._answers.get(serial, ()):
            answer = read_ocsp(der, certificate, issuer)
            if isinstance(answer, OcspAnswer) and self._responder_counts(answer, issuer):
                yield _List(
                    issued=answer.this_update,
                    next_issue=answer.next_update,
                    digest=answer.digest,
                    entry=_entry_of(answer),
                )

    def _responder_counts(self, answer: OcspAnswer, issuer: bytes) -> bool:
        """Look an appointed responder up in the lists, where its issuer does not excuse it."""
        if answer.responder is None:
            return True
        lists = list(self._usable_lists(answer.responder, issuer))
        ends = x509.load_der_x509_certificate(answer.responder).not_valid_after_utc
        standing = _judge(lists, answer.this_update, ends, issued_after=False).standing
        return standing is Standing.GOOD


@lru_cache(maxsize=_LISTS_KEPT)
def revocation_lists(trust: TrustMaterial) -> RevocationLists:
    """Return the one parsed set of lists of this process for a set of trust material."""
    return RevocationLists(trust)


def _judge(lists: list[_List], moment: datetime, ends: datetime, *, issued_after: bool) -> Status:
    newest = max((one.issued for one in lists), default=None)
    # Step 2.
    undecided = None
    for entry in (one.entry for one in lists if one.entry is not None):
        held = entry.reason == _HOLD
        if not held and entry.since <= moment:
            return Status(Standing.REVOKED, entry.since, newest)
        compromised = entry.compromised_since is not None and entry.compromised_since <= moment
        if compromised or (held and entry.since <= moment + HOLD_MARGIN):
            undecided = Status(Standing.ON_HOLD, entry.since, newest)
    if undecided is not None:
        return undecided
    # Step 3.
    if any(moment <= one.issued <= ends for one in lists):
        return Status(Standing.GOOD, None, newest)
    if not issued_after and any(_current(one, moment) for one in lists):
        return Status(Standing.GOOD, None, newest)
    return Status(Standing.TOO_OLD if lists else Standing.UNKNOWN, None, newest)


def _current(one: _List, moment: datetime) -> bool:
    return one.next_issue is not None and one.issued <= moment <= one.next_issue


def _may_sign_lists(authority: x509.Certificate) -> bool:
    try:
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        return True
    return usage.value.crl_sign


def _covers(one: x509.CertificateRevocationList, subject: x509.Certificate) -> bool:
    critical = {extension.oid for extension in one.extensions if extension.critical}
    if not critical <= _UNDERSTOOD:
        return False
    try:
        scope = one.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
        return False
    if scope.relative_name is not None:
        return False
    authority = _is_authority(subject)
    if (scope.only_contains_ca_certs and not authority) or (
        scope.only_contains_user_certs and authority
    ):
        return False
    return scope.full_name is None or bool(set(scope.full_name) & _distribution_points(subject))


def _is_authority(subject: x509.Certificate) -> bool:
    try:
        return subject.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _distribution_points(subject: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = subject.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}


def _digest_name(one: x509.CertificateRevocationList) -> str:
    algorithm = one.signature_hash_algorithm
    return algorithm.name.replace("-", "_") if algorithm is not None else ""


def _entry(one: x509.CertificateRevocationList, serial: int) -> _Entry | None:
    found = one.get_revoked_certificate_by_serial_number(serial)
    if found is None:
        return None
    extensions = {extension.oid: extension.value for extension in found.extensions}
    reason = extensions.get(CRLEntryExtensionOID.CRL_REASON)
    invalid = extensions.get(CRLEntryExtensionOID.INVALIDITY_DATE)
    return _Entry(
        since=found.revocation_date_utc,
        reason=reason.reason.value if isinstance(reason, x509.CRLReason) else "",
        compromised_since=invalid.invalidity_date_utc
        if isinstance(invalid, x509.InvalidityDate)
        else None,
    )


def _entry_of(answer: OcspAnswer) -> _Entry | None:
    if answer.revoked_at is None:
        return None
    return _Entry(answer.revoked_at, _HOLD if answer.held else "", None)
