"""Forms (mẫu hồ sơ): the wording and row order of a printed record, and which cohort has which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.retention import SourceStatus
from preserve.model.school import SchoolKind, SchoolLevel
from preserve.policy.files import PolicyFile, lay_over_bases, read_policy

COHORTS = "cohorts"
"""Name of the file that tells which cohort is the first on which form."""


class Layout(StrEnum):
    """Which pages a form has; the wording on them is the form's own."""

    SECONDARY = "secondary"
    """Lower and upper secondary school since TT 22/2021/TT-BGDĐT."""
    OLD_SECONDARY = "old-secondary"
    """Lower and upper secondary school under TT 58/2011/TT-BGDĐT."""
    PRIMARY = "primary"
    """Primary school under TT 27/2020/TT-BGDĐT."""
    LETTER = "letter"
    """An official letter or minutes (NĐ 30/2020/NĐ-CP, Appendix I)."""


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form; every word that a page of it prints stands here."""

    form_id: str
    """For example ``TT22-2021-THCS``."""
    layout: Layout
    level: SchoolLevel | None
    """``None`` for a form that every level uses, such as minutes."""
    regulation: str
    """The line that names the circular, as the cover prints it."""
    citation: str
    status: SourceStatus
    subjects: tuple[str, ...]
    """Names of the subjects in the order of the transcript's rows."""
    summary_subjects: tuple[str, ...]
    """The same names in the order of the class book's summary."""
    final_grade: int
    """Grade in which the programme is completed; 0 where there is none."""
    required: Mapping[str, tuple[str, ...]]
    """Record type to the fields that must be filled before anybody may sign, for example
    ``pupil.birth_date``."""
    labels: Mapping[str, str]
    """Dotted name to wording, for example ``transcript.cover.title``."""
    sha256: str
    """Digest of the form's file, followed by those of its bases."""

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
    school_kind: SchoolKind = SchoolKind.SCHOOL


def load_form(form_id: str, folders: Sequence[Path]) -> Form:
    """Read ``forms/<form_id>.toml``, over the form that its ``base`` names, if any.

    Raises:
        PolicyError: it is missing, its bases run in a circle, or it contradicts itself.
    """
    file = lay_over_bases(read_policy("forms", form_id, folders), folders)
    table = file.table
    try:
        form = Form(
            form_id=table["id"],
            layout=Layout(table["layout"]),
            level=SchoolLevel(table["level"]) if "level" in table else None,
            regulation=table["regulation"],
            citation=table["citation"],
            status=SourceStatus(table["status"]),
            subjects=tuple(table.get("subjects", ())),
            summary_subjects=tuple(table.get("summary_subjects", ())),
            final_grade=int(table.get("final_grade", 0)),
            required={kind: tuple(names) for kind, names in table.get("required", {}).items()},
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
                school_kind=SchoolKind(row.get("school_kind", SchoolKind.SCHOOL)),
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
