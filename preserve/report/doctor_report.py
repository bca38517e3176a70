"""Turns the observations of ``doctor`` into JSON and lines."""

from __future__ import annotations

from preserve.model.overview import Observation
from preserve.report.texts.catalogue import Texts


def describe_observation(observation: Observation, texts: Texts) -> dict[str, str]:
    """Return the JSON form of one observation."""
    return {
        "check": observation.code,
        "state": observation.state.value,
        "message": texts.message(observation.code, dict(observation.parameters)),
    }


def observation_line(observation: Observation, texts: Texts) -> str:
    """Return one line: a mark and the sentence."""
    label = texts.message(f"UI-STATE-{observation.state.name}")
    return f"{label} {texts.message(observation.code, dict(observation.parameters))}"
