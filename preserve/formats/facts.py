"""Facts of an import as JSON: deterministic, UTF-8, one line, exact round trip."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from preserve.errors import FormatError
from preserve.model.imports import (
    ClassCount,
    Counted,
    FactRow,
    ImportFinding,
    Severity,
    SheetFacts,
    SheetKind,
    SourceFile,
    Submission,
)

_FORMAT = "preserve-facts/1"


def encode_submission(submission: Submission) -> bytes:
    """Write an import; equal imports give equal bytes."""
    table = {
        "format": _FORMAT,
        "files": [_encode_file(file) for file in submission.files],
        "ignored": submission.ignored,
    }
    if submission.counts:
        table["counts"] = [_encode_count(count) for count in submission.counts]
    text = json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def decode_submission(data: bytes) -> Submission:
    """Read what ``encode_submission`` wrote.

    Raises:
        FormatError: the bytes are anything else.
    """
    try:
        table = json.loads(data.decode("utf-8"))
        if table["format"] != _FORMAT:
            raise FormatError("FACTS-VERSION", found=str(table["format"])[:40])
        known: dict[str, str] = {}
        return Submission(
            tuple(_decode_file(file, known) for file in table["files"]),
            tuple(_text(name) for name in table["ignored"]),
            tuple(_decode_count(row) for row in table.get("counts", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise FormatError("FACTS-FORMAT") from error


def _encode_file(file: SourceFile) -> dict[str, Any]:
    return {
        "original_name": file.original_name,
        "stored_name": file.stored_name,
        "size": file.size,
        "sha512": file.sha512,
        "profile": file.profile,
        "sheets": [_encode_sheet(sheet) for sheet in file.sheets],
        "findings": [_encode_finding(finding) for finding in file.findings],
    }


def _encode_sheet(sheet: SheetFacts) -> dict[str, Any]:
    return {
        "kind": sheet.kind,
        "sheet": sheet.sheet,
        "fields": sheet.fields,
        "columns": sheet.columns,
        "rows": [[row.row, *row.values] for row in sheet.rows],
        "school_year": sheet.school_year,
        "class_name": sheet.class_name,
        "semester": sheet.semester,
        "subject": sheet.subject,
    }


def _encode_finding(finding: ImportFinding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "pupil": finding.pupil,
        "parameters": finding.parameters,
    }


def _encode_count(count: ClassCount) -> list[Any]:
    place = (count.school_year, count.class_name, count.counted)
    return [*place, count.expected, count.found]


def _decode_count(row: list[Any]) -> ClassCount:
    year, name, counted, expected, found = row
    return ClassCount(_text(year), _text(name), Counted(counted), _whole(expected), _whole(found))


def _decode_file(table: Mapping[str, Any], known: dict[str, str]) -> SourceFile:
    return SourceFile(
        original_name=_text(table["original_name"]),
        stored_name=_text(table["stored_name"]),
        size=_whole(table["size"]),
        sha512=_text(table["sha512"]),
        profile=_text(table["profile"]),
        sheets=tuple(_decode_sheet(sheet, known) for sheet in table["sheets"]),
        findings=tuple(_decode_finding(finding) for finding in table["findings"]),
    )


def _decode_sheet(table: Mapping[str, Any], known: dict[str, str]) -> SheetFacts:
    fields = tuple(_text(field) for field in table["fields"])
    columns = tuple(_text(column) for column in table["columns"])
    if len(fields) != len(columns):
        raise ValueError("columns")
    semester = table["semester"]
    return SheetFacts(
        kind=SheetKind(table["kind"]),
        sheet=_text(table["sheet"]),
        fields=fields,
        columns=columns,
        rows=tuple(_decode_row(row, len(fields), known) for row in table["rows"]),
        school_year=_optional(table["school_year"], known),
        class_name=_optional(table["class_name"], known),
        semester=None if semester is None else _whole(semester),
        subject=_optional(table["subject"], known),
    )


def _decode_row(row: list[Any], width: int, known: dict[str, str]) -> FactRow:
    number, *values = row
    if len(values) != width:
        raise ValueError("row")
    return FactRow(_whole(number), tuple(_optional(value, known) for value in values))


def _decode_finding(table: Mapping[str, Any]) -> ImportFinding:
    return ImportFinding(
        severity=Severity(table["severity"]),
        code=_text(table["code"]),
        sheet=_text(table["sheet"]),
        cell=_text(table["cell"]),
        pupil=_text(table["pupil"]),
        parameters=tuple((_text(name), _text(value)) for name, value in table["parameters"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("number")
    return value


def _optional(value: object, known: dict[str, str]) -> str | None:
    """Return a text or ``None``; equal texts become one object, a year has few distinct ones."""
    if value is None:
        return None
    text = _text(value)
    return known.setdefault(text, text)
