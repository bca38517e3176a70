"""Draws the note that goes with a transferred pupil's files: what is enclosed, how to verify it."""

from __future__ import annotations

from functools import partial

from preserve.model.records import CoveringNote
from preserve.render.document import paint
from preserve.render.facts import DocumentFacts
from preserve.render.filled import Blank, place_blank, place_pair
from preserve.render.flow import Column, Flow, Frame, place_text
from preserve.render.letters import refuse_undrawable
from preserve.render.surface import Surface
from preserve.render.table import Cell, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic, units
from preserve.render.wording import day_parts, day_text, joined

_FRAME = Frame(width=595.28, height=841.89, left=72, right=48, top=56, bottom=56)
"""A4 with the margins of an official letter (NĐ 30/2020/NĐ-CP, Appendix I)."""
_LEFT_SHARE = 0.42
_COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_TITLE = "PHIẾU GỬI HỒ SƠ HỌC SINH CHUYỂN TRƯỜNG"
_HOW_TO_VERIFY = """\
1. So sánh mã SHA-256 của từng tệp với bảng trên (Windows: certutil -hashfile TÊN_TỆP SHA256; \
Linux, macOS: sha256sum TÊN_TỆP). Chỉ cần khác một kí tự là tệp đã bị thay đổi.
2. Kiểm tra chữ ký số, dấu thời gian và con dấu của nhà trường, không cần kết nối mạng, bằng \
lệnh: preserve verify THƯ_MỤC_HỒ_SƠ
3. Học bạ là bản điện tử có chữ ký số; bản in chỉ để xem. Nếu có điều chưa khớp, đề nghị không \
sửa tệp và liên hệ với nhà trường nơi gửi."""
_SMALL = Style(11, 15, Align.CENTRE)
_NO_NUMBER = "…………"


def render_covering_note(note: CoveringNote) -> bytes:
    """Return the note as PDF/A-3a and PDF/UA-1; the same input gives the same bytes.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack.
    """
    refuse_undrawable(note, note.pupil.code)
    flow = Flow(_FRAME, pupil=note.pupil.code)
    flow.new_page("")
    _place_letterhead(flow, note)
    place_text(flow, "H1", (bold(_TITLE),), Style(14, 19, Align.CENTRE, before=16, after=8))
    _place_pupil(flow, note)
    _place_files(flow, note)
    place_text(flow, "H2", (bold("Cách kiểm tra"),), Style(12, 16, before=10, after=2))
    for text in _HOW_TO_VERIFY.splitlines():
        place_text(flow, "P", (Run(text),), Style(11, 14.5, after=2))
    _place_end(flow, note)
    title = f"Phiếu gửi hồ sơ chuyển trường, mã học sinh {note.pupil.code}"
    facts = DocumentFacts(title, note.school.name, note.document_date)
    return paint(flow, facts, [], "Trang {page}/{pages}")


def _place_letterhead(flow: Flow, note: CoveringNote) -> None:
    """Place the issuing school on the left, country and motto on the right."""
    top, split = flow.y, flow.frame.measure * _LEFT_SHARE
    right = flow.frame.measure - split
    school = note.school
    place_text(flow, "P", (Run(school.authority.upper()),), _SMALL, Column(width=split))
    place_text(flow, "P", (bold(school.name.upper()),), _SMALL, Column(width=split))
    _underline(flow, flow.frame.left + split / 2, 50)
    number = f"Số: {note.document_number or _NO_NUMBER}"
    place_text(flow, "P", (Run(number),), _SMALL, Column(width=split))
    lowest, flow.y = flow.y, top
    place_text(flow, "P", (bold(_COUNTRY),), _SMALL, Column(split, right))
    motto = Style(12, 16, Align.CENTRE)
    place_text(flow, "P", (bold(_MOTTO),), motto, Column(split, right))
    _underline(flow, flow.frame.left + split + right / 2, units(_MOTTO, bold("").face) * 0.012)
    place_text(flow, "P", (italic(_day(note)),), _SMALL, Column(split, right))
    flow.y = min(lowest, flow.y)


def _day(note: CoveringNote) -> str:
    school = note.school
    parts = day_parts(note.document_date)
    day = f"ngày {parts['day']} tháng {parts['month']} năm {parts['year']}"
    return joined(school.commune or school.district or school.province, day)


def _place_pupil(flow: Flow, note: CoveringNote) -> None:
    place_blank(flow, Blank("Kính gửi", note.recipient))
    place_blank(flow, Blank("Trường gửi", joined(note.school.name, note.school.place)))
    place_blank(flow, Blank("Họ và tên học sinh", note.pupil.name))
    code, born = Blank("Mã học sinh", note.pupil.code), day_text(note.pupil.birth_date)
    place_pair(flow, code, Blank("Ngày sinh", born))
    years = Blank("Các năm học", ", ".join(note.school_years))
    place_pair(flow, Blank("Lớp", note.class_name), years)


def _place_files(flow: Flow, note: CoveringNote) -> None:
    text = f"Hồ sơ gửi kèm gồm {len(note.enclosed):02d} tệp:"
    place_text(flow, "P", (Run(text),), Style(12, 16, before=6, after=4))
    heads = ("TT", "Nội dung", "Tên tệp", "SHA-256")
    head = tuple(Cell((bold(text),), scope="Column") for text in heads)
    rows = tuple(
        (
            Cell((Run(str(number)),)),
            Cell((Run(file.title),) if file.title else (), Align.LEFT),
            Cell((Run(file.name),), Align.LEFT, scope="Row"),
            Cell((Run(file.sha256),), Align.LEFT),
        )
        for number, file in enumerate(note.enclosed, start=1)
    )
    # The last column holds a digest on one line, so that a person can compare and copy it.
    widths = (22.0, 80.0, 115.0)
    rest = flow.frame.measure - sum(widths)
    place_table(flow, Table((*widths, rest), (head,), rows, size=8, padding=3))


def _place_end(flow: Flow, note: CoveringNote) -> None:
    """Place the room for the signature on the right half."""
    half = flow.frame.measure / 2
    flow.need(120)
    flow.skip(14)
    title = (bold(note.signer_title.upper()), Run("\n"), italic("(Ký, ghi rõ họ tên, đóng dấu)"))
    place_text(flow, "P", title, Style(12, 16, Align.CENTRE), Column(half))
    flow.skip(62)
    name = (bold(note.signer_name),)
    place_text(flow, "P", name, Style(12, 16, Align.CENTRE), Column(half))


def _underline(flow: Flow, centre: float, width: float) -> None:
    flow.draw(partial(_rule, centre - width / 2, flow.y - 1.5, centre + width / 2))
    flow.skip(5)


def _rule(x: float, y: float, right: float, surface: Surface) -> None:
    surface.line(x, y, right)
