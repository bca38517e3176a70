"""Reads the record inside a document and compares it with the document's form fields."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.errors import FormatError
from preserve.formats.record_xml import decode_record
from preserve.model.records import Record, Transcript
from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import failed, passed
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.parsing import ParsedDocument

RECORD_NAME = "record.xml"
"""Name of the attachment that holds the record (docs/record-xml.md)."""
_MALFORMED = SubIndication.FORMAT_FAILURE


@dataclass(frozen=True, slots=True)
class Contents:
    """The record of a document, when there is one, and what speaks against it."""

    record: Record | None
    findings: tuple[Finding, ...]


def judge_contents(parsed: ParsedDocument, subject: str) -> Contents:
    """Judge the attachments: the record exactly once, and the file of the year before if named.

    The form fields must be exactly those of the record's signatories: a field too many could be
    signed by anybody and be drawn over the marks.
    """
    records = [one for one in parsed.attachments if one.name == RECORD_NAME]
    if len(records) != 1:
        check = Check.CMP_RECORD_REPEATED if records else Check.CMP_RECORD_MISSING
        return Contents(None, (failed(check, subject, _MALFORMED),))
    content = attempt(lambda: records[0].content)
    if isinstance(content, ReaderFault):
        return Contents(None, (_malformed(subject, content.kind),))
    try:
        record = decode_record(content)
    except FormatError as error:
        return Contents(None, (_malformed(subject, error.code),))
    findings = [*_judge_fields(parsed, record, subject), *_judge_names(parsed, record, subject)]
    if not findings:
        findings.append(passed(Check.CMP_RECORD, subject, record_id=record.record_id))
    return Contents(record, tuple(findings))


def _judge_fields(parsed: ParsedDocument, record: Record, subject: str) -> list[Finding]:
    expected = sorted(one.field_name for one in record.signatories)
    # The field of a document time-stamp came after the signatures and shows nothing.
    stamps = {field.name for field in parsed.timestamps}
    found = sorted(name for name in parsed.outline.fields if name not in stamps)
    if expected == found == sorted(name for name in parsed.signature_fields if name not in stamps):
        return []
    named = sorted(set(expected) ^ set(found)) or found
    return [failed(Check.CMP_FIELDS, subject, _MALFORMED, fields=", ".join(named))]


def _judge_names(parsed: ParsedDocument, record: Record, subject: str) -> list[Finding]:
    expected = [RECORD_NAME]
    if isinstance(record, Transcript) and record.predecessor is not None:
        expected.append(record.predecessor.file_name)
    extra = [one.name for one in parsed.attachments if one.name not in expected]
    repeated = len(parsed.attachments) != len({one.name for one in parsed.attachments})
    if not extra and not repeated:
        return []
    return [failed(Check.CMP_ATTACHMENT, subject, _MALFORMED, count=len(parsed.attachments))]


def _malformed(subject: str, problem: str) -> Finding:
    return failed(Check.CMP_RECORD_MALFORMED, subject, _MALFORMED, problem=problem)
