"""``preserve trust refresh``: fetches what proves that no signer's certificate was revoked.

What a verifier wants is evidence that was issued after the signatures (docs of the trust folder:
``preserve/trust/store.py``), so this is run again after signing and before sealing. Every list and
answer is checked before it is kept, named by its digest, and never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

from asn1crypto import x509

from preserve.durable import make_directory, write_new
from preserve.errors import InputError, PreserveError, VerificationIndeterminate
from preserve.model.overview import Scope
from preserve.trust.fetching import Fetcher, read_places
from preserve.trust.items import ItemKind
from preserve.trust.ocsp import OcspFault, read_ocsp
from preserve.trust.paths import build_path
from preserve.trust.revocation import Status, look_up, look_up_answer
from preserve.trust.store import TrustMaterial, fingerprint, load_trust
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.used_certificates import UsedCertificates, used_certificates


class RefreshOutcome(StrEnum):
    """What became of one place."""

    NEW = "new"
    KNOWN = "known"
    """The newest list or answer is at hand already."""
    REVOKED = "revoked"
    """It was kept, and says that the certificate is revoked or suspended."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """One certificate at one place."""

    certificate: str
    """SHA-256."""
    subject: str
    kind: ItemKind | None
    """``CRL`` or ``OCSP``; ``None`` where no place was asked."""
    host: str
    outcome: RefreshOutcome
    problem: PreserveError | None = None

    @property
    def facts(self) -> dict[str, str]:
        """Everything but the problem, as words."""
        return {
            "sha256": self.certificate,
            "subject": self.subject,
            "kind": self.kind.value if self.kind else "",
            "host": self.host,
            "outcome": self.outcome.value,
        }


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh brought."""

    rows: tuple[RefreshRow, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """SHA-256 of the certificates about which no place told anything."""
        told = {row.certificate for row in self.rows if row.outcome is not RefreshOutcome.FAILED}
        return tuple(dict.fromkeys(r.certificate for r in self.rows if r.certificate not in told))

    def raise_if_incomplete(self) -> None:
        """Raise when the status of a certificate could not be had anywhere.

        Raises:
            VerificationIndeterminate: it names how many and which.
        """
        if self.missing:
            raise VerificationIndeterminate(
                "TRUST-REFRESH-INCOMPLETE",
                count=len(self.missing),
                certificates=", ".join(one[:16] for one in self.missing),
            )


@dataclass(frozen=True, slots=True)
class _Link:
    """A certificate of a path and the one that issued it."""

    certificate: bytes
    issuer: bytes

    @property
    def sha256(self) -> str:
        return fingerprint(self.certificate)

    def row(
        self,
        kind: ItemKind | None,
        url: str,
        outcome: RefreshOutcome,
        problem: PreserveError | None = None,
    ) -> RefreshRow:
        subject = x509.Certificate.load(self.certificate).subject.human_friendly
        host = urlsplit(url).hostname or ""
        return RefreshRow(self.sha256, subject, kind, host, outcome, problem)


def refresh_revocation(
    archive: Archive, scope: Scope, fetcher: Fetcher, occasion: Occasion
) -> Refreshed:
    """Fetch CRLs and OCSP answers for every certificate that the scope's signatures rest on.

    Only addresses in certificates that lead to the operator's own anchors are asked.

    Raises:
        InputError: the scope is empty, or there is no anchor.
        FormatError: the trust folder holds something else.
        StorageError: the trust folder cannot be written.
    """
    trust = load_trust(archive.trust)
    if not trust.anchors:
        raise InputError("TRUST-NO-ANCHORS", folder=archive.trust / ItemKind.ANCHOR.folder)
    used = used_certificates(archive, scope, trust)
    keeper = _Keeper(archive, trust, fetcher, occasion.at)
    rows: list[RefreshRow] = []
    try:
        links, hopeless = _links(used, trust, occasion.at)
        rows += hopeless
        for done, link in enumerate(links, start=1):
            rows += keeper.refresh(link)
            occasion.progress("refresh", done, len(links))
    finally:
        _record(archive, keeper.kept, rows, occasion)
    return Refreshed(tuple(rows))


def _links(
    used: UsedCertificates, trust: TrustMaterial, at: datetime
) -> tuple[list[_Link], list[RefreshRow]]:
    """Return each certificate to ask about once, and those that lead to no anchor."""
    links: dict[_Link, None] = {}
    hopeless = []
    for end in used.ends:
        try:
            path = build_path(end, (*used.helpers, *trust.certificates), trust.anchors, at)
        except PreserveError as error:
            hopeless.append(_Link(end, end).row(None, "", RefreshOutcome.FAILED, error))
            continue
        links.update(dict.fromkeys(_Link(*pair) for pair in pairwise(path)))
    return list(links), hopeless


class _Keeper:
    """Asks, checks and keeps; lists before answers, since a responder may stand on a list."""

    def __init__(
        self, archive: Archive, trust: TrustMaterial, fetcher: Fetcher, at: datetime
    ) -> None:
        self._archive, self._trust, self._fetcher, self._at = archive, trust, fetcher, at
        self.kept: list[str] = []

    def refresh(self, link: _Link) -> Iterator[RefreshRow]:
        try:
            places = read_places(link.certificate)
        except VerificationIndeterminate as error:
            yield link.row(None, "", RefreshOutcome.FAILED, error)
            return
        if not places.lists and not places.responders:
            problem = VerificationIndeterminate("TRUST-NO-PLACE")
            yield link.row(None, "", RefreshOutcome.FAILED, problem)
        for url in places.lists:
            yield self._ask(link, ItemKind.CRL, url)
        for url in places.responders:
            yield self._ask(link, ItemKind.OCSP, url)

    def _ask(self, link: _Link, kind: ItemKind, url: str) -> RefreshRow:
        try:
            if kind is ItemKind.CRL:
                der = self._fetcher.fetch_list(url)
                status = self._judge_list(link, der)
            else:
                der = self._fetcher.ask_responder(url, link.certificate, link.issuer)
                status = self._judge_answer(link, der)
        except VerificationIndeterminate as error:
            return link.row(kind, url, RefreshOutcome.FAILED, error)
        outcome = RefreshOutcome.NEW if self._keep(kind, der) else RefreshOutcome.KNOWN
        return link.row(kind, url, RefreshOutcome.REVOKED if status is Status.REVOKED else outcome)

    def _judge_list(self, link: _Link, der: bytes) -> Status:
        """Say what a list tells, alone; one that tells nothing is not kept."""
        status = look_up(link.certificate, link.issuer, (der,), self._at).status
        if status is Status.UNKNOWN:
            raise VerificationIndeterminate("TRUST-CRL-UNUSABLE")
        return status

    def _judge_answer(self, link: _Link, der: bytes) -> Status:
        """Say what an answer tells; lists help to look its responder up."""
        answer = read_ocsp(der, link.certificate, link.issuer)
        if isinstance(answer, OcspFault):
            raise VerificationIndeterminate("TRUST-OCSP-UNUSABLE", problem=answer)
        asked = (link.certificate, link.issuer, der, self._trust.crls, self._at)
        status = look_up_answer(*asked).status
        if status is Status.UNKNOWN:
            problem = "stale" if answer.responder is None else "stale, or responder not looked up"
            raise VerificationIndeterminate("TRUST-OCSP-UNUSABLE", problem=problem)
        return status

    def _keep(self, kind: ItemKind, der: bytes) -> bool:
        """Store evidence under its digest unless it is there; tell whether it was new."""
        known = self._trust.crls if kind is ItemKind.CRL else self._trust.ocsps
        if der in known:
            return False
        path = self._archive.trust / kind.folder / f"{fingerprint(der)}{kind.suffix}"
        make_directory(path.parent)
        write_new(path, der)
        self.kept.append(path.relative_to(self._archive.root).as_posix())
        added = {"crls": (*known, der)} if kind is ItemKind.CRL else {"ocsps": (*known, der)}
        self._trust = replace(self._trust, **added)
        return True


def _record(archive: Archive, kept: list[str], rows: list[RefreshRow], occasion: Occasion) -> None:
    """Record what was kept; a refresh that brought nothing new changes nothing."""
    if not kept:
        return
    failed = sum(1 for row in rows if row.outcome is RefreshOutcome.FAILED)
    revoked = dict.fromkeys(r.certificate for r in rows if r.outcome is RefreshOutcome.REVOKED)
    details = [("asked", str(len(rows))), ("failed", str(failed))]
    if revoked:
        details.append(("revoked", ", ".join(revoked)))
    event = "validation material gathering"
    record_event(archive.journal, occasion, event, tuple(kept), tuple(details))
