"""``preserve sign``: one person, or the seal, signs every document that waits for that key.

What is signed already is seen in the files themselves, so a batch that was stopped goes on where
it stopped. The whole batch is looked through before the first signature is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from preserve.durable import write_new
from preserve.errors import RuleRefusal, SigningError
from preserve.formats.record_xml import RecordHeader, decode_header
from preserve.model.overview import Scope
from preserve.model.roles import Signatory, SignerRole
from preserve.model.verification import Finding, Indication
from preserve.policy.files import read_policies
from preserve.policy.signing import (
    PadesLevel,
    SigningPolicy,
    SigningStep,
    load_signing_policy,
    parse_signing_policy,
)
from preserve.rules.signing import check_chain, next_fields
from preserve.rules.signing_authority import find_authority
from preserve.sign.appearance import VIETNAM, Appearance, person_lines, seal_lines
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.keys import SigningKey
from preserve.sign.preconditions import (
    SigningWarning,
    check_mechanism,
    check_signer,
    read_identity,
)
from preserve.sign.wanted_key import WantedKey
from preserve.trust.authorities import OrderedTimestampers
from preserve.trust.store import TrustMaterial, fingerprint, load_trust
from preserve.verify.embedded import read_claims
from preserve.verify.pdfa import PageValidationJudge
from preserve.workflow.appearance_pictures import load_pictures
from preserve.workflow.archive import Archive
from preserve.workflow.before_sealing import refuse_unsound
from preserve.workflow.documents import StoredDocument, stored_documents
from preserve.workflow.occasion import Occasion
from preserve.workflow.open_keys import KeySource, find_timestamper, unlock
from preserve.workflow.parallel import run_each, running_clock
from preserve.workflow.record_signatures import (
    SignOutcome,
    SignResult,
    record_signatures,
    signed_file,
)
from preserve.workflow.recover_journal import recover_journal
from preserve.workflow.unchanged_since import refuse_amended, refuse_changed
from preserve.workflow.unchecked_status import refuse_unchecked, status_details

_ONE_OF_MANY = {
    SignerRole.SUBJECT_TEACHER,
    SignerRole.HOMEROOM_TEACHER,
    SignerRole.REQUESTER,
    SignerRole.WITNESS,
}
"""Roles that several people hold at a time: a document of another class is not theirs to sign."""


@dataclass(frozen=True, slots=True)
class SignBatch:
    """What became of a batch."""

    results: tuple[SignResult, ...]
    warnings: tuple[SigningWarning, ...]


@dataclass(frozen=True, slots=True)
class SignTask:
    """The signatures that one key makes in one document, each into a new file."""

    source: Path
    steps: tuple[tuple[Path, SignatureRequest], ...]
    result: SignResult
    judged: bool
    """PDF/A and PDF/UA are looked at again before the file is written."""


@dataclass(frozen=True, slots=True)
class SignPlan:
    """What a batch would do."""

    results: tuple[SignResult, ...]
    """What becomes of every document of the scope."""
    tasks: tuple[SignTask, ...]
    warnings: tuple[SigningWarning, ...]


def sign_documents(  # noqa: PLR0913  (what the signer chose, by keyword)
    archive: Archive,
    scope: Scope,
    role: SignerRole,
    source: KeySource,
    occasion: Occasion,
    *,
    ready_only: bool = False,
    unchecked_confirmed: bool = False,
) -> SignBatch:
    """Sign every document of the scope that waits for this role and this key.

    Args:
        archive: the archive.
        scope: which documents.
        role: the role to sign in.
        source: the key.
        occasion: its time is the claimed time of signing.
        ready_only: leave out documents that wait for an earlier role instead of refusing.
        unchecked_confirmed: sign although nobody can tell whether the certificate was revoked.

    Raises:
        InputError: the scope is empty.
        RuleRefusal: out of order, or the key is not that role's; nothing was written.
        SigningError: the key does not open, its certificate may not sign, its status is unknown
            and that was not confirmed, or a signature failed.
        StorageError: a signed file could not be written; those before it are complete.
    """
    recover_journal(archive, occasion)
    key = unlock(archive, source, _wanted(archive, role, occasion.at))
    plan = plan_signatures(
        archive,
        tuple(stored_documents(archive, scope)),
        role,
        key,
        occasion.at,
        ready_only=ready_only,
        unchecked_confirmed=unchecked_confirmed,
    )
    made: list[SignResult] = []
    try:
        work, executor = _hand_out(key, Instruments(archive, source, occasion.at), occasion)
        for result in run_each(executor, work, plan.tasks):
            made.append(result)
            occasion.progress(role.value, len(made), len(plan.tasks))
    finally:
        record_signatures(archive, role, made, occasion, status_details(plan.warnings))
    return SignBatch(plan.results, plan.warnings)


def plan_signatures(  # noqa: PLR0913  (what the signer chose, by keyword)
    archive: Archive,
    documents: Sequence[StoredDocument],
    role: SignerRole,
    key: SigningKey,
    at: datetime,
    *,
    ready_only: bool = False,
    unchecked_confirmed: bool = False,
) -> SignPlan:
    """Look a whole batch through and say what is to be signed; nothing is written.

    Only the certificate of the key is used: the key itself may be on another computer.

    Args:
        archive: the archive.
        documents: which ones.
        role: the role to sign in.
        key: the key.
        at: the claimed time of signing.
        ready_only: leave out documents that wait for an earlier role instead of refusing.
        unchecked_confirmed: sign although nobody can tell whether the certificate was revoked.

    Raises:
        RuleRefusal: out of order, or the key is not that role's.
        SigningError: the certificate may not sign, its status is unknown and that was not
            confirmed, or a document changed since it was made.
    """
    signer = _Signer(archive, role, key, load_trust(archive.trust), at)
    planned = [signer.plan(stored) for stored in documents]
    results = [result for result, _ in planned]
    if not ready_only:
        _refuse_early(role, results)
    if not signer.found_own_field:
        raise RuleRefusal("SIGN-NOT-THIS-ROLE", role=role, certificate=signer.fingerprint)
    tasks = [task for _, task in planned if task is not None]
    own = [stored for stored, (_, task) in zip(documents, planned, strict=True) if task is not None]
    refuse_changed(archive, own)
    refuse_amended(archive, own, at.date())
    if tasks:
        refuse_unchecked(signer.warnings, confirmed=unchecked_confirmed)
    return SignPlan(tuple(results), tuple(tasks), tuple(signer.warnings))


def _wanted(archive: Archive, role: SignerRole, at: datetime) -> WantedKey:
    """Return by which certificates the role is held; a token may hold the seal's as well."""
    appointments = archive.configuration.appointments
    own = [a for a in appointments if a.role is role and a.holds_on(at.date())]
    return WantedKey(frozenset(name for a in own or appointments for name in a.certificates), at)


def _refuse_early(role: SignerRole, results: list[SignResult]) -> None:
    waiting = [r for r in results if r.outcome is SignOutcome.NOT_YET]
    if waiting:
        raise RuleRefusal(
            "SIGN-ORDER",
            role=role,
            count=len(waiting),
            documents=", ".join(r.record_id for r in waiting),
            missing=", ".join(sorted({f for r in waiting for f in r.fields})),
        )


class _Signer:
    """Looks every document of a batch through for one role and one key."""

    def __init__(
        self,
        archive: Archive,
        role: SignerRole,
        key: SigningKey,
        trust: TrustMaterial,
        at: datetime,
    ) -> None:
        self.archive, self.role, self.key, self.trust, self.at = archive, role, key, trust, at
        self.fingerprint = fingerprint(key.certificate)
        self._identity = read_identity(key.certificate)
        self.warnings: list[SigningWarning] = []
        self._pictures = load_pictures(archive)
        self.found_own_field = False
        self._checked: set[Signatory] = set()
        policies = map(parse_signing_policy, read_policies("signing", archive.policies))
        self._asking = {policy.record_class for policy in policies if policy.step(role)}

    def plan(self, stored: StoredDocument) -> tuple[SignResult, SignTask | None]:
        """Say what is to be done with one document.

        Raises:
            RuleRefusal: the key is not the one of that role.
            SigningError: the certificate may not sign now.
        """
        if stored.key.record_class not in self._asking:
            return self._result(stored, SignOutcome.NOT_ASKED), None
        claims = read_claims(stored.newest.read_bytes())
        record, filled = decode_header(claims.record_xml), set(claims.filled)
        own = self._own_fields(stored, record)
        empty = tuple(s for s in own if s.field_name not in filled)
        if not empty:
            outcome = SignOutcome.ALREADY if own else SignOutcome.NOT_ASKED
            return self._result(stored, outcome), None
        turn = next_fields(record.signatories, filled)
        if not {s.field_name for s in empty} <= {s.field_name for s in turn}:
            return self._result(stored, SignOutcome.NOT_YET, turn), None
        result = self._result(stored, SignOutcome.SIGNED, empty)
        steps = tuple(self._steps(stored, record, empty))
        # All signatures of a document are made by the same few objects in the same way. Judging
        # a grade book's seventy pages takes longer than signing them, so it is done for the
        # first signature, while nobody else's time is spent yet, and for the one that locks.
        judged = not filled or any(request.locks for _, request in steps)
        return result, SignTask(stored.newest, steps, result, judged)

    def _own_fields(self, stored: StoredDocument, record: RecordHeader) -> tuple[Signatory, ...]:
        """Return the role's fields that this key's person fills."""
        asked = tuple(s for s in record.signatories if s.role is self.role)
        own = tuple(s for s in asked if self._identity.is_named_in(s.certificates))
        self.found_own_field = self.found_own_field or bool(own)
        if asked and not own and self.role not in _ONE_OF_MANY:
            raise RuleRefusal(
                "SIGN-NOT-THIS-PERSON",
                role=self.role,
                document=stored.key.record_id,
                person=asked[0].person_code or "?",
                certificate=self.fingerprint,
            )
        return own

    def _steps(
        self, stored: StoredDocument, record: RecordHeader, empty: tuple[Signatory, ...]
    ) -> Iterator[tuple[Path, SignatureRequest]]:
        policy = load_signing_policy(
            stored.key.record_class,
            record.form,
            self.archive.policies,
            self.archive.configuration.signing_variant,
        )
        check_chain(policy, record.signatories)
        for offset, signatory in enumerate(empty):
            step = self._check(policy, signatory)
            first = len(stored.files) == 1 and offset == 0
            yield (
                stored.next_file(signatory.field_name, offset),
                SignatureRequest(
                    field_name=signatory.field_name,
                    appearance=self._appearance(signatory, record),
                    claimed_time=self.at,
                    digest_algorithm=policy.digest_algorithm,
                    locks=step.locks,
                    certifies=first,
                    timestamped=step.level is not PadesLevel.B_B,
                ),
            )

    def _appearance(self, signatory: Signatory, record: RecordHeader) -> Appearance:
        picture = self._pictures.of(signatory)
        if signatory.role is SignerRole.SCHOOL_SEAL:
            return Appearance(seal_lines(record.school.name, self.at), "seal", picture)
        lines = person_lines(signatory.person_name, signatory.title, self.at)
        return Appearance(lines, "person", picture)

    def _check(self, policy: SigningPolicy, signatory: Signatory) -> SigningStep:
        step = policy.step(self.role)
        if step is None:
            raise RuleRefusal("SIGN-ROLE-NOT-IN-POLICY", role=self.role, policy=policy.policy_id)
        if signatory not in self._checked:
            appointments = self.archive.configuration.appointments
            self.warnings += check_signer(
                self.key.certificate,
                self.key.chain,
                step=step,
                signatory=signatory,
                appointment=find_authority(
                    signatory, appointments, self.at.astimezone(VIETNAM).date()
                ),
                at=self.at,
                trust=self.trust,
            )
            self.warnings += check_mechanism(self.key.mechanism, step)
            self._checked.add(signatory)
        return step

    def _result(
        self, stored: StoredDocument, outcome: SignOutcome, fields: tuple[Signatory, ...] = ()
    ) -> SignResult:
        names = tuple(s.field_name for s in fields)
        return SignResult(stored.key.school_year, stored.key.record_id, outcome, names)


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a signature is made with; a process opens it once and signs with it many times."""

    archive: Archive
    source: KeySource
    at: datetime


def _hand_out(
    key: SigningKey, instruments: Instruments, occasion: Occasion
) -> tuple[Callable[[SignTask], SignResult], Executor | None]:
    """Return what signs a document, and where: a token's login stays in this process."""
    if instruments.source.shareable:
        return partial(_sign, instruments), occasion.executor
    return partial(_sign_with, (key, _timestamper(instruments)), instruments), None


def _timestamper(instruments: Instruments) -> OrderedTimestampers | None:
    archive = instruments.archive
    if not archive.configuration.timestamp_url:
        return None
    return find_timestamper(archive, running_clock(instruments.at))


@lru_cache(maxsize=1)
def _open(instruments: Instruments) -> tuple[SigningKey, OrderedTimestampers | None]:
    return unlock(instruments.archive, instruments.source), _timestamper(instruments)


def _sign(instruments: Instruments, task: SignTask) -> SignResult:
    """Sign in whatever process this is; the process opens the key once."""
    return _sign_with(_open(instruments), instruments, task)


def _sign_with(
    opened: tuple[SigningKey, OrderedTimestampers | None], instruments: Instruments, task: SignTask
) -> SignResult:
    """Make the signatures of one document, each into a new file that begins with the former."""
    key, timestamper = opened
    content = task.source.read_bytes()
    before = len(timestamper.answered) if timestamper else 0
    files = []
    for target, request in task.steps:
        if request.locks:
            refuse_unsound(instruments.archive, content, task.result.record_id, instruments.at)
        content = sign_pdf(content, request, key, timestamper if request.timestamped else None)
        if task.judged:
            judge_pages(content, task.result.record_id)
        write_new(target, content)
        files.append(signed_file(target, content))
    answered = timestamper.answered[before:] if timestamper else []
    return replace(task.result, timestamped_by=tuple(answered), files=tuple(files))


def judge_pages(content: bytes, document: str) -> None:
    """Refuse a signed file that is no longer PDF/A-3a and PDF/UA-1.

    Raises:
        SigningError: it breaks a rule.
    """
    findings: tuple[Finding, ...] = PageValidationJudge().judge(content, document, ranges_hold=True)
    for finding in findings:
        if finding.indication is not Indication.TOTAL_PASSED:
            raise SigningError(
                "SIGN-BREAKS-PDFA",
                document=document,
                problem=dict(finding.parameters).get("rule", finding.check),
            )
