"""The frame of letters and minutes: letterhead, words by kind of school, embedded record."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from preserve.errors import InputError, PolicyError
from preserve.formats.record_xml import decode_record
from preserve.model.records import Record
from preserve.model.school import SchoolKind
from preserve.render.amendment_minutes import render_amendment_minutes
from preserve.render.covering_note import render_covering_note
from preserve.render.letter import in_groups
from preserve.render.sealing_minutes import render_sealing_minutes
from preserve.render.transfer_summary import render_transfer_summary
from tests.unit.render.lint import lint
from tests.unit.render.minutes import (
    amendment_minutes,
    covering_note,
    primary_transfer_summary,
    sealing_minutes,
    transfer_summary,
)
from tests.unit.render.reading import attachments, failures, form, pdftotext, squeezed

Render = Callable[..., bytes]
LETTERS: tuple[tuple[Render, Record], ...] = (
    (render_covering_note, covering_note()),
    (render_amendment_minutes, amendment_minutes()),
    (render_sealing_minutes, sealing_minutes()),
    (render_transfer_summary, transfer_summary()),
    (render_transfer_summary, primary_transfer_summary()),
)
every_letter = pytest.mark.parametrize(
    ("render", "record"), LETTERS, ids=["note", "amendment", "sealing", "transfer", "primary"]
)


def rendered(render: Render, record: Record) -> bytes:
    """Render a record on its own form."""
    return render(record, form(record.form))


@every_letter
def test_letter_conforms(render: Render, record: Record) -> None:
    """Every letter passes both profiles and the lint."""
    data = rendered(render, record)
    assert failures(data) == []
    assert lint(data) == []


@every_letter
def test_letter_embeds_its_record(render: Render, record: Record) -> None:
    """The XML inside is the record that was drawn."""
    (content,) = attachments(rendered(render, record)).values()
    assert decode_record(content) == record


@every_letter
def test_same_record_gives_same_bytes(render: Render, record: Record) -> None:
    """Nothing but record and form decides the bytes."""
    assert rendered(render, record) == rendered(render, record)


@every_letter
@pytest.mark.judge("poppler")
def test_letter_has_head_number_day_and_pages(
    render: Render, record: Record, tmp_path: Path
) -> None:
    """Country, motto, school, number and day stand on page 1; each page has head and number."""
    pages = pdftotext(rendered(render, record), tmp_path, "-raw").rstrip("\f").split("\f")
    day = record.document_date
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    wanted = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        record.school.name.upper(),
        f"Số: {record.document_number or '…………'}",
        f"Xã Minh Họa, ngày {day.day:02d} tháng {month} năm {day.year}",
    )
    first = squeezed(pages[0])
    assert [part for part in wanted if squeezed(part) not in first] == []
    heads = {page.strip().splitlines()[0] for page in pages}
    assert len(heads) == 1, "every page has the same running head"
    for number, page in enumerate(pages, start=1):
        assert f"Trang {number}/{len(pages)}" in page


@every_letter
def test_undrawable_letter_is_refused(render: Render, record: Record) -> None:
    """A text that the fonts lack is refused before anything is drawn, without its text."""
    school = replace(record.school, address="Số 1, 漢")
    with pytest.raises(InputError) as caught:
        rendered(render, replace(record, school=school))
    assert caught.value.code == "RENDER-CHARACTER"
    assert "Số 1" not in str(caught.value)


@every_letter
def test_titles_hold_no_name(render: Render, record: Record) -> None:
    """What a file manager shows of a document names no pupil."""
    data = rendered(render, record)
    title = re.search(rb"<dc:title>.*?</dc:title>", data, re.DOTALL)
    assert title is not None
    name = getattr(record, "pupil_name", "") or getattr(getattr(record, "pupil", None), "name", "")
    assert not name or name.encode() not in title[0]


@every_letter
@pytest.mark.judge("poppler")
def test_centre_has_its_own_words(render: Render, record: Record, tmp_path: Path) -> None:
    """A centre of continuing education has learners and a director, a school has pupils."""
    centre = replace(record, school=replace(record.school, kind=SchoolKind.CENTRE))
    words = re.compile("học ?sinh|nhà ?trường|hiệu ?trưởng")
    text = pdftotext(rendered(render, centre), tmp_path, "-raw")
    without_titles = re.sub("Con dấu của nhà trường|Hiệu trưởng|Học sinh", "", text)
    assert words.findall(without_titles) == []


def test_form_without_a_wording_is_refused() -> None:
    """A form that lacks a wording is named together with it."""
    full = form("bien-ban-sua-diem")
    labels: dict[str, Any] = {k: v for k, v in full.labels.items() if k != "amendment.reason"}
    with pytest.raises(PolicyError) as caught:
        render_amendment_minutes(amendment_minutes(), replace(full, labels=labels))
    assert caught.value.parameters == {"form": "bien-ban-sua-diem", "label": "amendment.reason"}


def test_digest_in_groups_is_complete() -> None:
    """Groups are for the eye; without the spaces the digest is whole."""
    digest = "0123456789abcdef" * 8
    grouped = in_groups(digest)
    assert grouped.replace(" ", "") == digest
    assert {len(group) for group in grouped.split()} == {8}
