"""The table ``[timestamping]`` of ``school.toml``: whom to ask for time-stamps, in which order."""

from __future__ import annotations

import re
from typing import Any

from preserve.errors import FormatError
from preserve.model.configuration import TimestampAuthority

_KEYS = frozenset({"url", "policy"})
_NEXT = "next"
_POLICY = re.compile(r"[0-2](\.(0|[1-9]\d*))+")


def encode_timestamping(authorities: tuple[TimestampAuthority, ...]) -> dict[str, Any]:
    """Return the table, empty for no authority."""
    if not authorities:
        return {}
    first, *others = (_entry(authority) for authority in authorities)
    return {**first, _NEXT: others} if others else dict(first)


def decode_timestamping(table: object) -> tuple[TimestampAuthority, ...]:
    """Read the table: the first authority in it, the others in ``[[timestamping.next]]``.

    Raises:
        FormatError: an unknown key, a value of the wrong kind, or a next one without a first one.
    """
    if not isinstance(table, dict):
        raise _fault("it is no table")
    entries = table.get(_NEXT, [])
    first = {key: value for key, value in table.items() if key != _NEXT}
    if not isinstance(entries, list):
        raise _fault(f"{_NEXT} is no list of tables")
    if first in ({}, {"url": ""}) and not entries:
        return ()
    return tuple(_authority(entry) for entry in (first, *entries))


def _entry(authority: TimestampAuthority) -> dict[str, str]:
    policy = {"policy": authority.policy} if authority.policy else {}
    return {"url": authority.url, **policy}


def _authority(entry: object) -> TimestampAuthority:
    if not isinstance(entry, dict):
        raise _fault("an entry is no table")
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise FormatError("SCHOOL-TOML-KEY", place="[timestamping]", keys=", ".join(unknown))
    url, policy = entry.get("url"), entry.get("policy", "")
    if not isinstance(url, str) or not url:
        raise _fault("url is missing")
    if not isinstance(policy, str) or (policy and not _POLICY.fullmatch(policy)):
        raise _fault("policy is no object identifier such as 1.3.6.1.4.1")
    return TimestampAuthority(url, policy)


def _fault(problem: str) -> FormatError:
    return FormatError("SCHOOL-TOML-VALUE", place="[timestamping]", problem=problem)
