"""Forms (mẫu hồ sơ): the wording and row order of a printed record, and which cohort has which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.retention import SourceStatus
from preserve.model.school import SchoolLevel
from preserve.policy.files import PolicyFile, read_policy

COHORTS = "cohorts"
"""Name of the file that tells which cohort is the first on which form."""


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form; every word that a page of it prints stands here."""

    form_id: str
    """For example ``TT22-2021-THCS``."""
    level: SchoolLevel
    regulation: str
    """The line that names the circular, as the cover prints it."""
    citation: str
    status: SourceStatus
    subjects: tuple[str, ...]
    """Names of the subjects in the order of the transcript's rows."""
    summary_subjects: tuple[str, ...]
    """The same names in the order of the class book's summary."""
    final_grade: int
    """Grade in which the programme is completed."""
    labels: Mapping[str, str]
    """Dotted name to wording, for example ``transcript.cover.title``."""
    sha256: str
    """Digest of the form's file."""

    def label(self, name: str, /, **values: object) -> str:
        """Return a wording with its placeholders filled.

        Raises:
            PolicyError: the form lacks it, or it has a placeholder that nobody fills.
        """
        try:
            return self.labels[name].format(**values)
        except (KeyError, IndexError, ValueError) as error:
            raise PolicyError("FORM-LABEL", form=self.form_id, label=name) from error


@dataclass(frozen=True, slots=True)
class FormCohort:
    """From which entry year a level uses a form."""

    level: SchoolLevel
    first_grade: int
    """First grade of the level."""
    last_grade: int
    entry_year: int | None
    """First entry year (calendar year of the first grade's autumn); ``None`` for all before."""
    form: str
    citation: str
    status: SourceStatus


def load_form(form_id: str, folders: Sequence[Path]) -> Form:
    """Read ``forms/<form_id>.toml``.

    Raises:
        PolicyError: it is missing or contradicts itself.
    """
    file = read_policy("forms", form_id, folders)
    table = file.table
    try:
        form = Form(
            form_id=table["id"],
            level=SchoolLevel(table["level"]),
            regulation=table["regulation"],
            citation=table["citation"],
            status=SourceStatus(table["status"]),
            subjects=tuple(table["subjects"]),
            summary_subjects=tuple(table["summary_subjects"]),
            final_grade=int(table["final_grade"]),
            labels=dict(_flatten(table["labels"], "")),
            sha256=file.sha256,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error
    if form.form_id != form_id:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem="id")
    if sorted(form.subjects) != sorted(form.summary_subjects):
        raise PolicyError("POLICY-CONTENT", path=file.path, problem="summary_subjects")
    return form


def load_form_cohorts(folders: Sequence[Path]) -> tuple[FormCohort, ...]:
    """Read ``forms/cohorts.toml``: the newest form of a level first.

    Raises:
        PolicyError: it is missing or contradicts itself.
    """
    file = read_policy("forms", COHORTS, folders)
    try:
        return tuple(_cohorts(file))
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _cohorts(file: PolicyFile) -> Iterator[FormCohort]:
    for level, table in file.table["levels"].items():
        for row in table["forms"]:
            yield FormCohort(
                level=SchoolLevel(level),
                first_grade=int(table["first_grade"]),
                last_grade=int(table["last_grade"]),
                entry_year=row.get("entry_year"),
                form=row["form"],
                citation=row["citation"],
                status=SourceStatus(row["status"]),
            )


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        match value:
            case str():
                yield f"{prefix}{key}", value
            case Mapping():
                yield from _flatten(value, f"{prefix}{key}.")
            case _:
                raise TypeError(f"{prefix}{key}")
