"""``preserve seal-year``: verifies every document of a year and closes it into a sealed bundle.

Steps of the act:

1. every pupil and class of the year has its document, and every required signature is there, also
   in the minutes and summaries that were begun;
2. every document is verified; one that fails, or that cannot be judged, stops the act and is named;
3. earlier signed versions that still verify, sources, policies, certificates and revocation
   lists are gathered;
4. the bundle is built beside its place, sealed and published by one rename;
5. the journal records it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from preserve.errors import RuleRefusal, VerificationFailed, VerificationIndeterminate
from preserve.formats.premis import PremisAgent
from preserve.journal.chain import head, read_events
from preserve.journal.withdrawals import version_object
from preserve.model.overview import Scope
from preserve.model.packages import ArchivalPackage
from preserve.model.roles import SignerRole
from preserve.model.verification import Indication, VerificationReport
from preserve.package.bundle import BundleInfo, build_bundle
from preserve.package.paths import package_id, version_folder
from preserve.policy.packaging import load_packaging_policy
from preserve.sign.detached import sign_detached
from preserve.sign.preconditions import read_identity
from preserve.sign.wanted_key import WantedKey
from preserve.trust.store import fingerprint, load_trust
from preserve.verify.context import VerificationContext
from preserve.verify.document import verify_document
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.documents import StoredDocument, stored_documents, superseded_versions
from preserve.workflow.gather_bundle import gather_bundle, policies_in_force
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.open_keys import KeySource, find_timestamper, unlock
from preserve.workflow.packages import SealedPackage, newest_package
from preserve.workflow.parallel import run_each, running_clock
from preserve.workflow.recover_journal import recover_journal
from preserve.workflow.verification import verification_context


@dataclass(frozen=True, slots=True)
class SealOptions:
    """How a year is sealed."""

    reason: str = ""
    """Why a year that is sealed already gets one more version."""
    allow_indeterminate: bool = False
    """Seal documents about which the verifier cannot tell, for want of a revocation list."""


def check_year(
    archive: Archive, school_year: str, options: SealOptions, occasion: Occasion
) -> tuple[StoredDocument, ...]:
    """Say that a year may be sealed, and return its documents; nothing is written.

    Raises:
        InputError: the archive has no such year, or a document was not rendered.
        RuleRefusal: a required signature is missing, or the year is sealed already and no reason
            was given.
        VerificationFailed: a document fails verification; each one is named.
        VerificationIndeterminate: a document cannot be judged; each one is named.
    """
    previous = newest_package(archive, school_year)
    if previous is not None and not options.reason:
        raise RuleRefusal("SEAL-ALREADY", year=school_year, package=previous.name)
    documents = tuple(stored_documents(archive, Scope(school_year)))
    _refuse_unsigned(documents)
    context = verification_context(load_trust(archive.trust), occasion.at)
    _refuse_unverified(documents, context, options, occasion)
    return documents


def seal_year(
    archive: Archive,
    school_year: str,
    source: KeySource,
    options: SealOptions,
    occasion: Occasion,
) -> SealedPackage:
    """Seal a year and return its bundle.

    Raises:
        RuleRefusal: as :func:`check_year`, or the key is not the school's seal.
        SigningError: the seal could not be set.
        StorageError: the bundle could not be written; nothing of it stays.
        PreserveError: whatever :func:`check_year` raises. Nothing was written in any case.
    """
    recover_journal(archive, occasion)
    seal = _seal(archive, source, occasion.at)
    documents = check_year(archive, school_year, options, occasion)
    older = superseded_versions(archive, documents)
    kept = _sound(archive, older, occasion)
    previous = newest_package(archive, school_year)
    version = previous.version + 1 if previous else 1
    name = package_id(archive.configuration.school.code, school_year)
    target = archive.packages / name / version_folder(version)
    built = build_bundle(
        target,
        gather_bundle(archive, school_year, documents, kept, occasion.at.date()),
        _bundle_info(archive, school_year, version, occasion),
        seal,
        progress=lambda done, total: occasion.progress("bundle", done, total),
    )
    _record(archive, built, _reasons(options, older, kept), occasion)
    return SealedPackage(built.package_id, built.version, target)


def _seal(archive: Archive, source: KeySource, at: datetime) -> Callable[[bytes], bytes]:
    """Open the seal's key and return what signs the tag manifest.

    NĐ 30/2020/NĐ-CP Art. 32(2): only the school's own seal, set by the clerk in person.
    """
    seals = [a for a in archive.configuration.appointments if a.role is SignerRole.SCHOOL_SEAL]
    wanted = WantedKey(frozenset(name for a in seals for name in a.certificates), at)
    key = unlock(archive, source, wanted)
    digest, identity = fingerprint(key.certificate), read_identity(key.certificate)
    holds = any(
        appointment.role is SignerRole.SCHOOL_SEAL
        and identity.is_named_in(appointment.certificates)
        and appointment.holds_on(at.date())
        for appointment in archive.configuration.appointments
    )
    if not holds:
        raise RuleRefusal("SEAL-NOT-THE-SEAL", certificate=digest)
    stamped = load_packaging_policy(archive.policies).seal_level == "B-T"
    timestamper = find_timestamper(archive, running_clock(at)) if stamped else None
    return lambda manifest: sign_detached(manifest, key, timestamper, claimed_time=at)


def _refuse_unsigned(documents: tuple[StoredDocument, ...]) -> None:
    missing = []
    for document in documents:
        empty = read_claims(document.newest.read_bytes()).empty
        if empty:
            missing.append(f"{document.key.record_id} ({', '.join(empty)})")
    if missing:
        raise RuleRefusal("SEAL-UNSIGNED", count=len(missing), documents="; ".join(missing))


def _verify(context: VerificationContext, item: tuple[str, Path]) -> VerificationReport:
    return verify_document(item[1].read_bytes(), item[0], context)


def _refuse_unverified(
    documents: tuple[StoredDocument, ...],
    context: VerificationContext,
    options: SealOptions,
    occasion: Occasion,
) -> None:
    failed: list[str] = []
    unclear: list[str] = []
    items = [(document.key.record_id, document.newest) for document in documents]
    reports = run_each(occasion.executor, partial(_verify, context), items)
    for done, report in enumerate(reports, start=1):
        match report.indication:
            case Indication.TOTAL_FAILED:
                failed.append(_reason(report))
            case Indication.INDETERMINATE:
                unclear.append(_reason(report))
            case Indication.TOTAL_PASSED:
                pass
        occasion.progress("verify", done, len(items))
    if failed:
        raise VerificationFailed("SEAL-FAILED", count=len(failed), documents="; ".join(failed))
    if unclear and not options.allow_indeterminate:
        raise VerificationIndeterminate(
            "SEAL-INDETERMINATE", count=len(unclear), documents="; ".join(unclear)
        )


def _reason(report: VerificationReport) -> str:
    checks = {f.check for f in report.findings if f.indication is report.indication}
    return f"{report.subject} ({', '.join(sorted(checks))})"


def _bundle_info(
    archive: Archive, school_year: str, version: int, occasion: Occasion
) -> BundleInfo:
    school = archive.configuration.school
    events = tuple(read_events(archive.journal))
    return BundleInfo(
        package_id=package_id(school.code, school_year),
        version=version,
        school_code=school.code,
        school_year=school_year,
        bagging_date=occasion.at.date(),
        software_agent=occasion.agent,
        journal_head=head(archive.journal),
        predecessor=_predecessor(archive),
        policies=tuple((f"{p.kind}/{p.name}", p.sha256) for p in policies_in_force(archive)),
        events=events,
        agents=tuple(PremisAgent(name, "software") for name in sorted({e.agent for e in events})),
    )


def _predecessor(archive: Archive) -> str | None:
    """Return the digest of the bundle that was sealed last, whatever its year."""
    sealed = [e for e in read_events(archive.journal) if e.event_type == "packaging"]
    return dict(sealed[-1].details)["manifest_sha512"] if sealed else None


def _sound(
    archive: Archive, older: tuple[StoredDocument, ...], occasion: Occasion
) -> tuple[StoredDocument, ...]:
    """Return the earlier versions that still verify.

    One that fails may be just why it was withdrawn: it stays in the archive, and the journal says
    that the bundle lacks it.
    """
    context = verification_context(load_trust(archive.trust), occasion.at)
    items = [(document.key.record_id, document.newest) for document in older]
    reports = run_each(occasion.executor, partial(_verify, context), items)
    passed = Indication.TOTAL_PASSED
    return tuple(d for d, r in zip(older, reports, strict=True) if r.indication is passed)


def _reasons(
    options: SealOptions, older: tuple[StoredDocument, ...], kept: tuple[StoredDocument, ...]
) -> tuple[tuple[str, str], ...]:
    """Return what the journal notes about a bundle beside its digests."""
    left_out = tuple(document for document in older if document not in kept)
    found = (
        ("reason", options.reason),
        ("indeterminate", "allowed" if options.allow_indeterminate else ""),
        ("superseded", _names(kept)),
        ("left-out", _names(left_out)),
    )
    return tuple((name, value) for name, value in found if value)


def _names(documents: tuple[StoredDocument, ...]) -> str:
    return ", ".join(version_object(*document.identity) for document in documents)


def _record(
    archive: Archive,
    built: ArchivalPackage,
    reasons: tuple[tuple[str, str], ...],
    occasion: Occasion,
) -> None:
    record_event(
        archive.journal,
        occasion,
        "packaging",
        (f"{built.package_id}/{version_folder(built.version)}",),
        (
            ("manifest_sha512", built.manifest_sha512),
            ("predecessor", built.predecessor or "none"),
            *reasons,
        ),
    )
