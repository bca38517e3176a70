"""Judges what a bundle says about itself against what lies in it: bag-info and the records list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from preserve.errors import FormatError
from preserve.formats.bagit import parse_tags
from preserve.formats.records_csv import RecordRow, decode_records
from preserve.model.records import RecordClass
from preserve.model.verification import Finding, SubIndication
from preserve.verify.bag import BAG_INFO, JOURNAL_HEAD, PAYLOAD, RECORDS, Bag
from preserve.verify.checks import Check
from preserve.verify.findings import failed
from preserve.verify.identity import Identity
from preserve.verify.measuring import Measured
from preserve.verify.tree import printable

_BROKEN = SubIndication.FORMAT_FAILURE
_MISSING = SubIndication.SIGNED_DATA_NOT_FOUND
_VERSION_FOLDER = re.compile(r"v(\d{4})")
_ESCAPED = re.compile(rb"_([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class BagTexts:
    """The parsed descriptions of a bundle; what could not be parsed is empty and reported."""

    tags: Mapping[str, str]
    rows: Mapping[str, RecordRow]
    """By path."""
    findings: tuple[Finding, ...]


def read_texts(bag: Bag) -> BagTexts:
    """Parse ``bag-info.txt`` and ``metadata/records.csv``."""
    findings: list[Finding] = []
    tags: dict[str, str] = {}
    rows: dict[str, RecordRow] = {}
    try:
        tags = dict(parse_tags(bag.texts.get(BAG_INFO, b"")))
    except FormatError as error:
        findings.append(failed(Check.CMP_BAG_INFO, BAG_INFO, _BROKEN, tag=error.code))
    try:
        if RECORDS in bag.texts:
            rows = {row.path: row for row in decode_records(bag.texts[RECORDS])}
    except FormatError as error:
        line = error.parameters.get("row", "-")
        findings.append(
            failed(Check.CMP_RECORDS_MALFORMED, RECORDS, _BROKEN, problem=error.code, row=line)
        )
    return BagTexts(tags, rows, tuple(findings))


def judge_bag_info(bag: Bag, texts: BagTexts, folder: str) -> Iterator[Finding]:
    """Step 6, first half: payload size and count, version, year, head of the journal."""
    payload = [bag.measured.get(path) for path in bag.files if path.startswith(PAYLOAD)]
    readable = [one for one in payload if isinstance(one, Measured)]
    if len(readable) == len(payload):
        actual = f"{sum(one.size for one in readable)}.{len(readable)}"
        stated = texts.tags.get("Payload-Oxum", "-")
        if stated != actual:
            yield failed(Check.CMP_OXUM, BAG_INFO, _BROKEN, stated=stated, actual=actual)
    named = _VERSION_FOLDER.fullmatch(folder)
    if named is not None and texts.tags.get("Package-Version") != str(int(named[1])):
        yield failed(Check.CMP_BAG_INFO, BAG_INFO, _BROKEN, tag="Package-Version")
    yield from _judge_head(bag, texts)


def judge_rows(bag: Bag, texts: BagTexts) -> Iterator[Finding]:
    """Step 6, second half: every payload file has its row with its digest, and the other way."""
    if RECORDS not in bag.texts:
        return
    payload = {path for path in bag.files if path.startswith(PAYLOAD)}
    for path in sorted(payload - set(texts.rows)):
        yield failed(Check.CMP_ROW_MISSING, printable(path), _MISSING)
    for path in sorted(set(texts.rows) - payload):
        yield failed(Check.CMP_FILE_MISSING, printable(path), _MISSING)
    for path in sorted(payload & set(texts.rows)):
        if bag.holds(path, "sha512", texts.rows[path].sha512) is False:
            yield failed(Check.CMP_ROW_DIGEST, printable(path), SubIndication.HASH_FAILURE)
    documents = [row for row in texts.rows.values() if _is_record(row)]
    seen: dict[tuple[str, int], str] = {}
    for row in documents:
        other = seen.setdefault((row.record_id, row.version), row.path)
        if other != row.path:
            yield failed(Check.CMP_ROW_REPEATED, printable(row.path), _BROKEN, other=other)


def judge_identity(identity: Identity, path: str, texts: BagTexts) -> Iterator[Finding]:
    """Step 8: the record inside a document is the one that its row and its path name (T-06)."""
    row = texts.rows.get(path)
    differing = []
    if row is not None:  # A missing row has a finding of its own.
        differing.extend(_differing_columns(identity, row))
    if not _path_fits(path, identity):
        differing.append("path")
    if "School-Code" in texts.tags and texts.tags["School-Code"] != identity.school_code:
        differing.append("school")
    if "School-Year" in texts.tags and texts.tags["School-Year"] != identity.school_year:
        differing.append("bundle-year")
    if differing:
        yield failed(Check.CMP_IDENTITY, path, _BROKEN, differing=", ".join(differing))


def _differing_columns(identity: Identity, row: RecordRow) -> list[str]:
    pairs = {
        "record_id": (identity.record_id, row.record_id),
        "record_class": (identity.record_class, row.record_class),
        "subject_id": (identity.subject_id, row.subject_id),
        "class_name": (identity.class_name, row.class_name),
        "school_year": (identity.school_year, row.school_year),
        "version": (identity.version, str(row.version)),
    }
    return [name for name, (inside, stated) in pairs.items() if inside != stated]


def _judge_head(bag: Bag, texts: BagTexts) -> Iterator[Finding]:
    if JOURNAL_HEAD not in bag.texts:
        return
    head = bag.texts[JOURNAL_HEAD].decode("ascii", "replace").strip()
    if head != texts.tags.get("Journal-Head"):
        yield failed(Check.JRN_HEAD, JOURNAL_HEAD, _BROKEN)


def _path_fits(path: str, identity: Identity) -> bool:
    folder, _, name = path.removeprefix(PAYLOAD).rpartition("/")
    stem = name.removesuffix(".pdf")
    # A version that a later one superseded stands beside it, with its version in the name.
    superseded = f"{identity.record_id}.v{identity.version.zfill(4)}"
    named = stem in {identity.record_id, superseded}
    return _unescape(folder) == identity.class_name and named


def _unescape(segment: str) -> str:
    """Read a path segment back: ``_`` and two hexadecimal digits stand for a byte of UTF-8."""
    raw = _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), segment.encode())
    return raw.decode("utf-8", "replace")


def _is_record(row: RecordRow) -> bool:
    return row.record_class in {RecordClass.TRANSCRIPT.value, RecordClass.GRADE_BOOK.value}
