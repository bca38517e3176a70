"""Judges the signed file of the year before, which a transcript embeds unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from preserve.model.records import Predecessor, Record, Transcript
from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import failed
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.parsing import ParsedDocument

MAX_DEPTH = 12
"""Years of school; a longer chain is no transcript."""

Judge = Callable[[bytes, str], tuple[Record | None, tuple[Finding, ...]]]
"""Judges an embedded file by its bytes and name."""


def judge_predecessor(
    parsed: ParsedDocument, record: Transcript, subject: str, judge: Judge
) -> tuple[Finding, ...]:
    """Judge the embedded file: there, unchanged, valid itself, and repeated truthfully."""
    named = record.predecessor
    if named is None:
        return ()
    found = [one for one in parsed.attachments if one.name == named.file_name]
    if len(found) != 1:
        reason = SubIndication.SIGNED_DATA_NOT_FOUND
        return (failed(Check.CMP_PREDECESSOR_MISSING, subject, reason, file=named.file_name),)
    content = attempt(lambda: found[0].content)
    if isinstance(content, ReaderFault) or hashlib.sha512(content).hexdigest() != named.sha512:
        reason = SubIndication.HASH_FAILURE
        return (failed(Check.CMP_PREDECESSOR_DIGEST, subject, reason, file=named.file_name),)
    earlier, findings = judge(content, named.file_name)
    return (*findings, *_compare(record, named, earlier, subject))


def _compare(
    record: Transcript, named: Predecessor, earlier: Record | None, subject: str
) -> tuple[Finding, ...]:
    """Compare what the new file repeats with what the earlier one says."""
    same = (
        isinstance(earlier, Transcript)
        and earlier.record_id == named.record_id
        and earlier.school_year == named.school_year
        and earlier.pupil.code == record.pupil.code
        and earlier.years == record.years[:-1]
    )
    if same:
        return ()
    reason = SubIndication.FORMAT_FAILURE
    return (failed(Check.CMP_PREDECESSOR_CONTENT, subject, reason, file=named.file_name),)
