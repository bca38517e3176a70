"""Judges what the signatures of a file cover, from the bytes alone.

1. four numbers, the first one 0, none beyond the end of the file;
2. the gap is exactly the hexadecimal string of this signature's own ``/Contents``;
3. the array itself stands inside the signed bytes of the same dictionary;
4. the range ends where its revision ends: ``%%EOF`` and at most one line end;
5. ranges grow: the gap of a later signature lies after the end of the earlier one;
6. the last range ends at the end of the file, or nothing but validation data follows it
   (:mod:`preserve.verify.tail`).

Attack classes: signature wrapping, universal forgery, incremental saving, overlapping ranges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import failed

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
# A name may spell any letter as ``#`` and two hexadecimal digits (ISO 32000-1 clause 7.3.5).
_NAME = re.compile(
    b"/" + b"".join(rb"(?:%c|#%02X|#%02x)" % (sign, sign, sign) for sign in b"ByteRange")
)
_HEX = re.compile(rb"<(?:[0-9A-Fa-f]{2})+>")
_CONTENTS = re.compile(rb"/Contents\s*\Z")
_END_OF_REVISION = re.compile(rb"%%EOF(?:\r\n|\n|\r)?\Z")
_NUMBERS = 4
_TAIL = 16


@dataclass(frozen=True, slots=True)
class ClaimedSignature:
    """A signature dictionary as a parser reported it, nothing judged yet."""

    subject: str
    """What findings about it name."""
    byte_range: tuple[int, ...]
    contents: bytes
    offset: int
    """Where the object of the signature dictionary begins in the file."""

    @property
    def end(self) -> int:
        """End of the signed bytes, 0 when the range is no range."""
        return sum(self.byte_range[2:]) if len(self.byte_range) == _NUMBERS else 0


def judge_byte_ranges(
    pdf: bytes, signatures: Sequence[ClaimedSignature], *, tail_is_plain: bool = False
) -> tuple[Finding, ...]:
    """Return what is wrong with the byte ranges; nothing when all is well.

    Args:
        pdf: the file.
        signatures: signatures and document time-stamps in the order of their revisions.
        tail_is_plain: what follows the last of them is whole updates, which are judged elsewhere.
    """
    findings = [finding for one in signatures for finding in _judge_one(pdf, one)]
    for earlier, later in pairwise(signatures):
        if len(later.byte_range) == _NUMBERS and later.byte_range[1] < earlier.end:
            findings.append(_fault(Check.SIG_RANGE_OVERLAP, later))
    if signatures and signatures[-1].end != len(pdf) and not tail_is_plain:
        findings.append(_fault(Check.SIG_AFTER_END, signatures[-1]))
    return tuple(findings)


def count_byte_ranges(pdf: bytes, hidden: Sequence[tuple[int, int]] = ()) -> int:
    """Count the ``/ByteRange`` names in the bytes, in any spelling, outside of ``hidden`` spans."""
    return sum(
        1
        for match in _NAME.finditer(pdf)
        if not any(start <= match.start() < end for start, end in hidden)
    )


def _judge_one(pdf: bytes, signature: ClaimedSignature) -> list[Finding]:
    numbers = signature.byte_range
    # Step 1.
    if len(numbers) != _NUMBERS or numbers[0] != 0 or min(numbers) < 0:
        return [_fault(Check.SIG_RANGE, signature)]
    gap_start, gap_end, end = numbers[1], numbers[2], signature.end
    if not gap_start < gap_end <= end <= len(pdf):
        return [_fault(Check.SIG_RANGE, signature)]
    findings = []
    # Steps 2 and 3.
    if not (_gap_is_contents(pdf, signature) and _array_is_own(pdf, signature)):
        findings.append(_fault(Check.SIG_RANGE, signature))
    # Step 4.
    if not _END_OF_REVISION.search(pdf, max(0, end - _TAIL), end):
        findings.append(_fault(Check.SIG_RANGE_END, signature))
    return findings


def _gap_is_contents(pdf: bytes, signature: ClaimedSignature) -> bool:
    start, end = signature.byte_range[1], signature.byte_range[2]
    gap = pdf[start:end]
    return (
        _HEX.fullmatch(gap) is not None
        and bytes.fromhex(gap[1:-1].decode("ascii")) == signature.contents
        and _CONTENTS.search(pdf, max(0, start - _TAIL), start) is not None
        and 0 <= signature.offset < start
        and b"endobj" not in pdf[signature.offset : start]
    )


def _array_is_own(pdf: bytes, signature: ClaimedSignature) -> bool:
    start, end = signature.byte_range[1], signature.byte_range[2]
    close = pdf.find(b"endobj", end, signature.end)
    spans = ((signature.offset, start), (end, close))
    found = [
        tuple(int(number) for number in match.groups())
        for first, last in spans
        if last > first
        for match in _RANGE.finditer(pdf, first, last)
    ]
    return close != -1 and found == [signature.byte_range]


def _fault(check: Check, signature: ClaimedSignature) -> Finding:
    return failed(check, signature.subject, SubIndication.FORMAT_FAILURE)
