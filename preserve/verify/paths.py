"""Builds and validates certification paths (RFC 5280 section 6) to the anchors of the verifier.

Revocation and algorithm terms are judged elsewhere; here only signatures, names, constraints and
validity periods count. The answer can change only where the validity of a certificate at hand
begins or ends: between two such moments one validation serves for all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import Any, TypeVar

from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError, PathBuildingError
from pyhanko_certvalidator.policy_decl import DisallowWeakAlgorithmsPolicy

from preserve.trust.store import TrustMaterial
from preserve.verify.certificates import load_certificate
from preserve.verify.guard import ReaderFault, attempt

_Result = TypeVar("_Result")
_TRUST_STORES_KEPT = 8
# Terms of algorithms are judged by our own table, at the proven time.
_ANY_ALGORITHM = DisallowWeakAlgorithmsPolicy(
    weak_hash_algos=frozenset(),
    weak_signature_algos=frozenset(),
    rsa_key_size_threshold=0,
    dsa_key_size_threshold=0,
)


class PathFault(Enum):
    """Why there is no valid path."""

    NOT_FOUND = auto()
    """No chain leads to an anchor."""
    EXPIRED = auto()
    """The certificate itself was no longer valid."""
    NOT_YET_VALID = auto()
    """The certificate itself was not valid yet."""
    INVALID = auto()
    """A chain exists and breaks a rule: a signature, a constraint, an expired authority."""


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """A valid path, or the reason why there is none."""

    chain: tuple[bytes, ...] = ()
    """DER from the certificate itself to the anchor."""
    fault: PathFault | None = None


class PathFinder:
    """Finds paths in one set of trust material and remembers what it found."""

    def __init__(self, trust: TrustMaterial) -> None:
        self._trust = trust
        self._answers: dict[tuple[object, ...], PathAnswer] = {}

    def find(self, certificate: bytes, helpers: tuple[bytes, ...], moment: datetime) -> PathAnswer:
        """Return the path of a certificate that is valid at ``moment``.

        ``helpers`` are certificates that came along with the signature; they are never anchors.
        """
        turns = _turning_points(self._trust, certificate, helpers)
        position = (bisect_left(turns, moment), bisect_right(turns, moment))
        key = (certificate, helpers, position)
        if key not in self._answers:
            self._answers[key] = self._validate(certificate, helpers, moment)
        return self._answers[key]

    def _validate(
        self, certificate: bytes, helpers: tuple[bytes, ...], moment: datetime
    ) -> PathAnswer:
        # A certificate outside of its own validity counts for nothing, whatever is above it.
        own = load_certificate(certificate)
        if moment < own.not_valid_before:
            return PathAnswer(fault=PathFault.NOT_YET_VALID)
        if moment > own.not_valid_after:
            return PathAnswer(fault=PathFault.EXPIRED)
        answer = attempt(lambda: _validate_path(self._trust, certificate, helpers, moment))
        return PathAnswer(fault=PathFault.INVALID) if isinstance(answer, ReaderFault) else answer


@lru_cache(maxsize=_TRUST_STORES_KEPT)
def path_finder(trust: TrustMaterial) -> PathFinder:
    """Return the one path finder of this process for a set of trust material."""
    return PathFinder(trust)


@lru_cache(maxsize=1024)
def _turning_points(
    trust: TrustMaterial, certificate: bytes, helpers: tuple[bytes, ...]
) -> tuple[datetime, ...]:
    moments: set[datetime] = set()
    for der in (certificate, *helpers, *trust.certificates, *trust.anchors):
        loaded = attempt(lambda der=der: load_certificate(der))  # type: ignore[misc]
        if not isinstance(loaded, ReaderFault):
            moments.update((loaded.not_valid_before, loaded.not_valid_after))
    return tuple(sorted(moments))


def _validate_path(
    trust: TrustMaterial, certificate: bytes, helpers: tuple[bytes, ...], moment: datetime
) -> PathAnswer:
    context = ValidationContext(
        trust_roots=[load_certificate(der) for der in trust.anchors],
        other_certs=[load_certificate(der) for der in (*helpers, *trust.certificates)],
        moment=moment,
        revocation_mode="soft-fail",
        time_tolerance=timedelta(0),
        algorithm_usage_policy=_ANY_ALGORITHM,
    )
    validator = CertificateValidator(load_certificate(certificate), validation_context=context)
    try:
        path = _run(validator.async_validate_path())
    except (PathBuildingError, InvalidCertificateError):
        return PathAnswer(fault=PathFault.NOT_FOUND)
    chain = [bytes(one.dump()) for one in path.iter_certs(include_root=True)]
    return PathAnswer(chain=tuple(reversed(chain)))


def _run(coroutine: Coroutine[Any, Any, _Result]) -> _Result:
    """Drive a coroutine that never waits: nothing is fetched, so no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: _Result = done.value
        return result
    coroutine.close()
    raise RuntimeError("the path validator asked for the network")
