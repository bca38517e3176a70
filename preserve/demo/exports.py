"""Writes a made-up school as the files that a real school's systems would export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath

from preserve.demo.export_events import amendment_rows, transfer_rows
from preserve.demo.export_gradebooks import gradebook_sheets
from preserve.demo.export_identity import teacher_rows, write_profile
from preserve.demo.export_rosters import particulars_sheet, roster_sheet
from preserve.demo.export_sheets import write_workbook
from preserve.demo.export_summaries import summary_sheets
from preserve.demo.export_vnedu import write_term_summary
from preserve.demo.school import MadeUpClass, MadeUpSchool
from preserve.durable import make_directory, write_new

_Export = tuple[str, bytes]


def write_exports(made_up: MadeUpSchool, folder: Path) -> tuple[Path, ...]:
    """Write every export file of a school and return the paths, in the order of writing.

    The same school always gives the same bytes. ``transfers.csv`` and ``amendments.csv`` are
    written even when they hold no row.

    Raises:
        StorageError: a file of that name exists, or the folder cannot be written to.
    """
    written = []
    for name, content in _exports(made_up):
        path = folder.joinpath(*PurePosixPath(name).parts)
        make_directory(path.parent)
        write_new(path, content)
        written.append(path)
    return tuple(written)


def _exports(made_up: MadeUpSchool) -> Iterator[_Export]:
    yield "school.json", write_profile(made_up)
    yield "teachers.csv", _csv(teacher_rows(made_up))
    yield "amendments.csv", _csv(amendment_rows(made_up))
    yield "transfers.csv", _csv(transfer_rows(made_up))
    for year in made_up.years:
        classes = made_up.classes_of(year.name)
        for made_up_class in classes:
            yield from _class_exports(made_up, made_up_class)
        yield from _grade_exports(made_up, year.name, classes)


def _class_exports(made_up: MadeUpSchool, made_up_class: MadeUpClass) -> Iterator[_Export]:
    year, name = made_up_class.group.school_year, made_up_class.group.name
    roster = roster_sheet(made_up, made_up_class)
    yield f"{year}/danh_sach_hoc_sinh_{name}.xlsx", write_workbook([roster])
    particulars = particulars_sheet(made_up, made_up_class)
    yield f"{year}/so_yeu_li_lich_{name}.xlsx", write_workbook([particulars])
    for semester in (1, 2):
        sheets = gradebook_sheets(made_up, made_up_class, semester)
        yield f"{year}/hk{semester}/bang_diem_{name}.xlsx", write_workbook(sheets)
    summary = write_workbook(summary_sheets(made_up, made_up_class))
    yield f"{year}/tong_hop_{name}.xlsx", summary


def _grade_exports(
    made_up: MadeUpSchool, year: str, classes: Sequence[MadeUpClass]
) -> Iterator[_Export]:
    for grade, members in groupby(classes, key=lambda c: c.group.grade):
        group = tuple(members)
        for semester in (1, 2):
            name = f"{year}/hk{semester}/so_diem_tong_ket_khoi_khoi_{grade}.xls"
            yield name, write_term_summary(made_up, group, semester)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
