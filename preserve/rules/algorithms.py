"""Which algorithm still counts on a date: pure functions of the table and the date.

Terms: ETSI TS 119 312, held in ``policies/algorithms``. An algorithm that the table does not name
is never acceptable: the judge then says that it cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from preserve.policy.algorithms import AlgorithmPolicy, AlgorithmTerm


@dataclass(frozen=True, slots=True)
class AlgorithmUse:
    """How one signature was made."""

    scheme: str
    """``rsassa_pss``, ``rsassa_pkcs1v15``, ``ecdsa``, …"""
    bits: int
    """Length of the key."""
    digest: str
    """``sha256``, …"""


@dataclass(frozen=True, slots=True)
class AlgorithmAnswer:
    """Whether an algorithm counts, and until when."""

    acceptable: bool
    until: date | None
    """First day on which it no longer counts; ``None`` when no end is stated or it is unknown."""
    known: bool = True
    """False when the table does not name the algorithm or the key is too short for every row."""


_UNKNOWN = AlgorithmAnswer(acceptable=False, until=None, known=False)


def acceptable(algorithm: str, bits: int, on: date, policy: AlgorithmPolicy) -> AlgorithmAnswer:
    """Tell whether a digest (``bits`` 0) or a signature scheme counts on a date."""
    terms = policy.signatures if bits else policy.digests
    rows = [term for term in terms if term.name == algorithm and term.minimum_bits <= bits]
    if not rows:
        return _UNKNOWN
    return _answer(max(rows, key=lambda term: term.minimum_bits), on)


def use_acceptable(use: AlgorithmUse, on: date, policy: AlgorithmPolicy) -> AlgorithmAnswer:
    """Tell whether scheme, key length and digest together count on a date: the weakest decides."""
    answers = (
        acceptable(use.scheme, use.bits, on, policy),
        acceptable(use.digest, 0, on, policy),
    )
    ends = [answer.until for answer in answers if answer.until is not None]
    return AlgorithmAnswer(
        acceptable=all(answer.acceptable for answer in answers),
        until=min(ends, default=None),
        known=all(answer.known for answer in answers),
    )


def _answer(term: AlgorithmTerm, on: date) -> AlgorithmAnswer:
    return AlgorithmAnswer(acceptable=term.until is None or on < term.until, until=term.until)
