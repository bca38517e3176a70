"""The exports already hold the new value of every corrected mark (sửa điểm)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from preserve.ingest.facts import FactKey, Keys, Place, keys_of, named_rows, pupil_rows
from preserve.ingest.findings import Remark, error
from preserve.model.imports import SheetKind, Submission

_FIELDS = {
    **{f"ĐĐGtx{n}": f"tx{n}" for n in range(1, 10)},
    "ĐĐGgk": "gk",
    "ĐĐGck": "ck",
    "Đánh giá": "level",
}
_RECORD = "preserve-record"
_MARKS = frozenset({SheetKind.SUBJECT_MARKS})
_Key = tuple[str, str, FactKey]


def check_amendments(new: Submission) -> Iterator[Remark]:
    """Yield amendments whose new value the gradebook of the same import does not show."""
    last: dict[_Key, tuple[Place, Mapping[str, str | None]]] = {}
    for place, row in named_rows(new, SheetKind.AMENDMENTS):
        key = _key(row)
        if key is not None and (key not in last or _day(row) >= _day(last[key][1])):
            last[key] = (place, row)
    found = _gradebook(new, last)
    for key, (place, row) in last.items():
        if key in found and found[key][0] != row["new_value"]:
            there = found[key][1]
            yield (
                place.file.stored_name,
                error(
                    "IMP-AMENDMENT-NOT-APPLIED",
                    place.sheet,
                    place.cell,
                    pupil=key[1],
                    amendment=row["amendment"] or "",
                    other_file=there.file.original_name,
                    other_sheet=there.sheet,
                    other_cell=there.cell,
                ),
            )


def _key(row: Mapping[str, str | None]) -> _Key | None:
    year, pupil, subject = row["school_year"], row["pupil"], row["subject"]
    semester, field = row["semester"], _FIELDS.get(row["column"] or "")
    if not (year and pupil and subject and semester and field):
        return None
    return year, pupil, FactKey(int(semester), subject, field)


def _day(row: Mapping[str, str | None]) -> str:
    return row["entered_on"] or ""


def _gradebook(
    new: Submission, wanted: Mapping[_Key, object]
) -> dict[_Key, tuple[str | None, Place]]:
    pupils = {pupil for _, pupil, _ in wanted}
    found: dict[_Key, tuple[str | None, Place]] = {}
    keys: dict[tuple[int, int | None, str | None], Keys] = {}
    for row in pupil_rows(new, _MARKS) if pupils else ():
        # A record keeps no empty columns between marks, so it cannot say which was corrected.
        if row.pupil in pupils and row.file.profile != _RECORD:
            for position, fact in enumerate(keys_of(row, keys)):
                key = None if fact is None else (row.school_year, row.pupil, fact)
                if key is not None and key in wanted:
                    found[key] = (row.row.values[position], row.place(position))
    return found
