"""The minutes of one corrected mark."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from preserve.model.records import AmendmentMinutes
from preserve.render.amendment_minutes import render_amendment_minutes
from tests.unit.render.lint import contents, lint
from tests.unit.render.minutes import PRINCIPAL, REQUESTER, WITNESSES, amendment_minutes
from tests.unit.render.reading import failures, fields, form, pdftotext, squeezed


def rendered(minutes: AmendmentMinutes) -> bytes:
    """Render on the packaged form."""
    return render_amendment_minutes(minutes, form("bien-ban-sua-diem"))


@pytest.mark.judge("poppler")
def test_minutes_say_what_the_regulation_asks_for(tmp_path: Path) -> None:
    """Number, day, place, persons with positions, values, reason, papers and consequences."""
    minutes = amendment_minutes()
    found = squeezed(pdftotext(rendered(minutes), tmp_path, "-raw"))
    wanted = [
        "03/BB-VD",
        "Ngày 11 tháng 01 năm 2025, tại Trường THCS Ví Dụ",
        minutes.pupil_name,
        minutes.pupil_code,
        "Toán",
        "Học kì I",
        "ĐĐGtx1",
        "6,5",
        "8,5 (GVĐN)",
        "Nhập nhầm điểm của bài kiểm tra",
        "Bài kiểm tra thường xuyên có chữ kí của người chấm",
        "01/ĐN-VD, ngày 08/01/2025",
        "12/QĐ-VD, ngày 10/01/2025",
        "11/01/2025",
        "ĐTBmhk 7,1 7,4",
        "Kết quả học tập Đạt Khá",
        *(person.name for person in (REQUESTER, PRINCIPAL, *WITNESSES)),
        *(person.position for person in (REQUESTER, PRINCIPAL, *WITNESSES)),
    ]
    assert [part for part in wanted if squeezed(part) not in found] == []


def test_old_value_is_struck_and_stays_readable() -> None:
    """The page has one line through text; it is drawn over the old value."""
    without = amendment_minutes()
    without = replace(without, amendment=replace(without.amendment, old_value=""))
    assert _strikes(rendered(amendment_minutes())) == 1
    assert _strikes(rendered(without)) == 0


def _strikes(data: bytes) -> int:
    """Count the short lines that follow a text directly, inside its marked content."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        code = "\n".join(contents(page) for page in pdf.pages)
    blocks = [block for block in code.split("BDC")[1:] if "/MCID" not in block.split("EMC")[0]]
    return sum(" l S" in block.split("EMC")[0].replace("\n", " ") for block in blocks)


def test_everybody_present_has_a_field() -> None:
    """Requester, each witness, principal and seal; the names hold no person."""
    found = fields(rendered(amendment_minutes()))
    assert set(found) == {
        "REQUESTER_1_2024-2025",
        "WITNESS_1_2024-2025",
        "WITNESS_2_2024-2025",
        "PRINCIPAL_1_2024-2025",
        "SEAL_1_2024-2025",
    }
    assert all(field["description"] for field in found.values())


@pytest.mark.judge("poppler")
def test_number_and_day_stand_before_the_first_field(tmp_path: Path) -> None:
    """What is signed is numbered and dated already (NĐ 30/2020/NĐ-CP Art. 14)."""
    data = rendered(amendment_minutes())
    first = min(field["page"] for field in fields(data).values())
    pages = pdftotext(data, tmp_path, "-raw").split("\f")
    before = squeezed("".join(pages[: first + 1]))
    assert squeezed("Số: 03/BB-VD") in before
    assert squeezed("ngày 11 tháng 01 năm 2025") in before


@pytest.mark.judge("poppler")
def test_missing_values_are_said(tmp_path: Path) -> None:
    """An empty value, and a dossier without consequences, are words and not gaps."""
    minutes = amendment_minutes()
    bare = replace(minutes.amendment, old_value="", consequences=(), evidence="", request_date=None)
    found = squeezed(pdftotext(rendered(replace(minutes, amendment=bare)), tmp_path, "-raw"))
    assert squeezed("(để trống)") in found
    assert squeezed("không ghi kết quả nào khác thay đổi theo") in found
    assert squeezed("Đơn đề nghị số: 01/ĐN-VD") in found


@pytest.mark.parametrize("witnesses", [0, 1, 9])
def test_any_number_of_witnesses_conforms(witnesses: int) -> None:
    """Few or many witnesses: the fields flow over pages."""
    minutes = amendment_minutes(witnesses)
    data = rendered(minutes)
    assert failures(data) == []
    assert lint(data) == []
    assert len(fields(data)) == 3 + witnesses
