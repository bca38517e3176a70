"""Chooses the language before the command line is parsed, so that help texts follow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from preserve.report.texts.catalogue import LANGUAGES

_NEUTRAL = {"", "C", "POSIX"}


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return ``vi`` or ``en``.

    ``--lang`` wins, then the locale; Vietnamese when the locale is unset or neutral, English for
    every other language.
    """
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in LANGUAGES:
            return value
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environment.get(variable, "").split(".")[0].split("@")[0]
        if locale not in _NEUTRAL:
            return "vi" if locale.split("_")[0] == "vi" else "en"
    return "vi"
