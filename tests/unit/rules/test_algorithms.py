"""Terms of algorithms: pure answers from the table and a date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import PolicyError
from preserve.policy.algorithms import load_algorithm_policy, parse_algorithm_policy
from preserve.policy.files import policy_folders, read_policy
from preserve.rules.algorithms import AlgorithmUse, acceptable, use_acceptable

POLICY = load_algorithm_policy(policy_folders())


@pytest.mark.parametrize(
    ("algorithm", "bits", "on", "expected"),
    [
        ("md5", 0, date(2004, 7, 31), True),
        ("md5", 0, date(2004, 8, 1), False),
        ("sha1", 0, date(2012, 8, 1), False),
        ("sha256", 0, date(2099, 1, 1), True),
        ("rsassa_pkcs1v15", 2048, date(2028, 12, 31), True),
        ("rsassa_pkcs1v15", 2048, date(2029, 1, 1), False),
        ("rsassa_pkcs1v15", 4096, date(2029, 1, 1), False),
        ("rsassa_pss", 2048, date(2029, 1, 1), False),
        ("rsassa_pss", 3072, date(2029, 1, 1), True),
        ("rsassa_pss", 1024, date(2019, 9, 30), True),
        ("rsassa_pss", 1024, date(2019, 10, 1), False),
        ("rsassa_pss", 512, date(2000, 1, 1), False),
        ("ecdsa", 256, date(2099, 1, 1), True),
        ("ecdsa", 224, date(2021, 10, 1), False),
        ("ed25519", 256, date(2026, 1, 1), False),
    ],
)
def test_the_table_of_the_standard(algorithm: str, bits: int, on: date, *, expected: bool) -> None:
    """ETSI TS 119 312 as held in the policy file."""
    assert acceptable(algorithm, bits, on, POLICY).acceptable is expected


def test_an_unnamed_algorithm_is_unknown_and_never_acceptable() -> None:
    """EdDSA and ML-DSA are not listed: the judge cannot tell."""
    answer = acceptable("mldsa65", 15616, date(2026, 1, 1), POLICY)
    assert not answer.known
    assert not answer.acceptable


def test_the_weakest_part_decides() -> None:
    """A good key with SHA-1 is a bad signature."""
    use = AlgorithmUse("ecdsa", 256, "sha1")
    answer = use_acceptable(use, date(2026, 1, 1), POLICY)
    assert not answer.acceptable
    assert answer.until == date(2012, 8, 1)


@given(
    st.sampled_from([term.name for term in POLICY.signatures]),
    st.integers(min_value=1, max_value=16384),
    st.dates(),
    st.dates(),
)
def test_what_has_ended_stays_ended(scheme: str, bits: int, one: date, other: date) -> None:
    """Later dates never make an algorithm acceptable again."""
    early, late = sorted((one, other))
    if acceptable(scheme, bits, late, POLICY).acceptable:
        assert acceptable(scheme, bits, early, POLICY).acceptable


@given(st.integers(min_value=1, max_value=8192), st.integers(min_value=0, max_value=8192))
def test_a_longer_key_is_never_worse(bits: int, more: int) -> None:
    """Within one scheme the term grows with the key."""
    day = date(2026, 1, 1)
    if acceptable("rsassa_pss", bits, day, POLICY).acceptable:
        assert acceptable("rsassa_pss", bits + more, day, POLICY).acceptable


def test_a_table_that_names_a_row_twice_is_refused() -> None:
    """A contradiction in the policy is an error, not a choice."""
    file = read_policy("algorithms", "etsi-ts-119-312", policy_folders())
    rows = [*file.table["digests"], file.table["digests"][0]]
    from dataclasses import replace

    with pytest.raises(PolicyError) as error:
        parse_algorithm_policy(replace(file, table={**file.table, "digests": rows}))
    assert error.value.code == "POLICY-CONTENT"


@pytest.mark.parametrize("key", ["id", "source", "status", "digests", "signatures"])
def test_a_table_without_a_key_is_refused(key: str) -> None:
    """Every part of the policy is needed."""
    from dataclasses import replace

    file = read_policy("algorithms", "etsi-ts-119-312", policy_folders())
    table = {name: value for name, value in file.table.items() if name != key}
    with pytest.raises(PolicyError):
        parse_algorithm_policy(replace(file, table=table))
