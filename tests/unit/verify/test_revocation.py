"""Revocation before, after and around the moment of a signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from preserve.demo.authority import DemoAuthority, DemoPerson, create_authority
from preserve.policy.algorithms import load_algorithm_policy
from preserve.policy.files import policy_folders
from preserve.trust.store import TrustMaterial, load_trust
from preserve.verify.certificates import certificate_algorithm, load_certificate, read_facts
from preserve.verify.paths import PathFault, path_finder
from preserve.verify.revocation import RevocationLists, Standing

MADE = datetime(2026, 6, 1, 3, 0, 0, tzinfo=UTC)
MOMENT = MADE + timedelta(days=10)
ALGORITHMS = load_algorithm_policy(policy_folders())
Authority = Callable[[], tuple[DemoAuthority, Path]]


@pytest.fixture
def authority(tmp_path: Path) -> tuple[DemoAuthority, Path]:
    """Give a fresh authority, since revocations stay."""
    people = [DemoPerson("GV01", "Người Ký Bịa", "Giáo viên")]
    made = create_authority(tmp_path / "a", people, "Trường Bịa", "0000000009", MADE)
    return made, tmp_path / "trust"


def standing(
    authority: tuple[DemoAuthority, Path], published: datetime, *, issued_after: bool = True
) -> Standing:
    """Ask for the status at MOMENT with lists published at a time."""
    made, folder = authority
    made.publish_crls(published)
    made.write_trust(folder)
    trust = load_trust(folder)
    person, (issuer, *_) = made.certificate("GV01"), issuers(trust)
    return (
        RevocationLists(trust)
        .status(person, issuer, MOMENT, ALGORITHMS, issued_after=issued_after)
        .standing
    )


def issuers(trust: TrustMaterial) -> list[bytes]:
    """Certificates that issue persons' certificates."""
    return [der for der in trust.certificates if load_certificate(der).ca]


def test_revoked_an_hour_before_is_revoked(authority: Any) -> None:
    """T-26: the entry lies before the moment."""
    authority[0].revoke("GV01", MOMENT - timedelta(hours=1))
    assert standing(authority, MOMENT + timedelta(days=1)) is Standing.REVOKED


def test_revoked_half_an_hour_after_is_good(authority: Any) -> None:
    """T-26: what was good when it signed stays good."""
    authority[0].revoke("GV01", MOMENT + timedelta(minutes=30))
    assert standing(authority, MOMENT + timedelta(days=1)) is Standing.GOOD


def test_a_hold_near_the_moment_is_undecided(authority: Any) -> None:
    """A hold may have come and gone: neither good nor revoked."""
    hold = x509.ReasonFlags.certificate_hold
    authority[0].revoke("GV01", MOMENT - timedelta(hours=1), hold)
    assert standing(authority, MOMENT + timedelta(days=1)) is Standing.ON_HOLD


def test_a_hold_long_after_the_moment_does_not_matter(authority: Any) -> None:
    """The certificate was not on hold when it signed."""
    hold = x509.ReasonFlags.certificate_hold
    authority[0].revoke("GV01", MOMENT + timedelta(days=9), hold)
    assert standing(authority, MOMENT + timedelta(days=10)) is Standing.GOOD


def test_an_older_list_is_too_old_unless_current_is_enough(authority: Any) -> None:
    """A list of the day before cannot know a revocation of today."""
    day_before = MOMENT - timedelta(days=1)
    assert standing(authority, day_before) is Standing.TOO_OLD
    assert standing(authority, day_before, issued_after=False) is Standing.GOOD


def test_a_list_after_the_certificate_ended_proves_nothing(authority: Any) -> None:
    """Authorities drop expired certificates from their lists."""
    ended = MADE + timedelta(days=6 * 365)
    assert standing(authority, ended) is Standing.TOO_OLD


def test_no_list_or_a_forged_one_is_unknown(authority: Any) -> None:
    """A list with a broken signature is as if it were not there."""
    made, folder = authority
    made.write_trust(folder)
    trust = load_trust(folder)
    person, (issuer, *_) = made.certificate("GV01"), issuers(trust)
    forged = tuple(der[:-1] + bytes([der[-1] ^ 1]) for der in trust.crls)
    for lists in ((), forged, (b"nonsense",)):
        answer = RevocationLists(replace(trust, crls=lists)).status(
            person, issuer, MOMENT, ALGORITHMS, issued_after=False
        )
        assert answer.standing is Standing.UNKNOWN


def test_a_path_holds_only_within_validity(authority: Any) -> None:
    """Before the first and after the last day there is no path; without anchors never."""
    made, folder = authority
    made.write_trust(folder)
    trust = load_trust(folder)
    person = made.certificate("GV01")
    facts = read_facts(person)
    finder = path_finder(trust)
    assert finder.find(person, (), MOMENT).chain[0] == person
    assert len(finder.find(person, (), MOMENT).chain) == 3
    second = timedelta(seconds=1)
    early, late = facts.not_before - second, facts.not_after + second
    assert finder.find(person, (), early).fault is PathFault.NOT_YET_VALID
    assert finder.find(person, (), late).fault is PathFault.EXPIRED
    assert path_finder(TrustMaterial()).find(person, (), MOMENT).fault is PathFault.NOT_FOUND


def test_the_signature_of_a_certificate_is_described(authority: Any) -> None:
    """Scheme, key length of the issuer and digest."""
    made, folder = authority
    made.write_trust(folder)
    (issuer, *_) = issuers(load_trust(folder))
    use = certificate_algorithm(made.certificate("GV01"), issuer)
    assert (use.bits, use.digest) == (2048, "sha256")
    assert use.scheme.startswith("rsassa")
