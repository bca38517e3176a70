"""Turns the trust folder and what a refresh brought into JSON, lines and table rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from preserve.errors import PreserveError
from preserve.report.texts.catalogue import Texts
from preserve.trust.items import TrustItem
from preserve.trust.sources import TrustSource


def describe_item(
    item: TrustItem, source: TrustSource | None, *, removed: bool = False
) -> dict[str, Any]:
    """Return the JSON form of one thing of the trust folder."""
    return {
        "kind": item.kind.value,
        "group": source.group.value if source and source.group else None,
        "source": source.source if source else None,
        "added_at": source.added_at.isoformat() if source else None,
        "subject": item.subject,
        "issuer": item.issuer,
        "sha256": item.sha256,
        "valid_from": _time(item.valid_from),
        "valid_until": _time(item.valid_until),
        "file": item.file.name,
        "removed": removed,
    }


def item_row(
    item: TrustItem, source: TrustSource | None, texts: Texts, *, removed: bool = False
) -> tuple[str, ...]:
    """Return the cells of one thing, from its kind to the end of its time."""
    kind = texts.message(f"UI-TRUST-{item.kind.name}")
    if removed:
        kind = texts.message("UI-TRUST-REMOVED", {"kind": kind})
    return (
        kind,
        texts.message(f"UI-GROUP-{source.group.name}") if source and source.group else "",
        item.subject,
        item.sha256,
        _day(item.valid_from),
        _day(item.valid_until),
        source.source if source else "",
    )


def item_lines(item: TrustItem, texts: Texts) -> str:
    """Return what a person compares before adding a thing."""
    grouped = ":".join(item.sha256[place : place + 2] for place in range(0, 64, 2)).upper()
    values = {
        "kind": texts.message(f"UI-TRUST-{item.kind.name}"),
        "subject": item.subject,
        "issuer": item.issuer,
        "since": _day(item.valid_from),
        "until": _day(item.valid_until) or "-",
        "sha256": item.sha256,
        "fingerprint": grouped,
    }
    return texts.message("UI-TRUST-ITEM", values)


def describe_refresh(
    facts: Mapping[str, str], problem: PreserveError | None, texts: Texts
) -> dict[str, Any]:
    """Return the JSON form of what one place told about one certificate."""
    code = problem.code if problem else None
    return {**facts, "code": code, "problem": texts.error(problem) if problem else None}


def refresh_row(
    facts: Mapping[str, str], problem: PreserveError | None, texts: Texts
) -> tuple[str, ...]:
    """Return the cells of what one place told about one certificate."""
    return (
        facts["subject"],
        facts["sha256"][:16],
        facts["kind"].upper(),
        facts["host"],
        texts.message(f"UI-REFRESH-{facts['outcome'].upper()}"),
        texts.error(problem) if problem else "",
    )


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
