"""Turns the state of classes into JSON and table rows."""

from __future__ import annotations

from typing import Any

from preserve.model.overview import ClassState
from preserve.report.texts.catalogue import Texts


def describe_class_state(state: ClassState) -> dict[str, Any]:
    """Return the JSON form of one class's state."""
    return {
        "school_year": state.school_year,
        "class": state.class_name,
        "pupils": state.pupils,
        "documents": state.documents,
        "rendered": state.rendered,
        "signed": {
            role.value: {"made": made, "asked": asked} for role, made, asked in state.signed
        },
        "package": state.package or None,
        "copies": state.copies,
        "minimum_copies": state.minimum_copies,
    }


def status_row(state: ClassState, texts: Texts) -> tuple[object, ...]:
    """Return the cells of one class: year, class, pupils, rendered, signed, bundle, copies."""
    signed = "\n".join(
        f"{texts.message(f'UI-ROLE-{role.name}')} {made}/{asked}"
        for role, made, asked in state.signed
    )
    return (
        state.school_year,
        state.class_name,
        state.pupils,
        f"{state.rendered}/{state.documents}",
        signed,
        state.package,
        f"{state.copies}/{state.minimum_copies}" if state.package else "",
    )
