"""Fixtures: one demonstration authority, its keys, and small PDFs with prepared fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from preserve.demo.authority import SEAL_CODE, DemoAuthority, DemoPerson, create_authority
from preserve.sign.keys import SigningKey

if TYPE_CHECKING:  # Its module imports this one.
    from tests.unit.sign.pkcs11_tokens import Tokens

NOW = datetime(2026, 5, 31, 7, 5, 9, tzinfo=UTC)
FIELDS = ("HOMEROOM_2025-2026", "PRINCIPAL_2025-2026", "SEAL_2025-2026")
LETTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 :-+(),./"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
)
SCHOOL = "Trường THCS Thử Nghiệm"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """An authority for two made-up teachers, a principal and a school's seal."""
    people = [
        DemoPerson("GV01", "Nguyễn Thị Thử", "Giáo viên chủ nhiệm lớp 6A"),
        DemoPerson("GV02", "Trần Văn Mẫu", "Giáo viên"),
        DemoPerson("HT01", "Lê Quang Giả", "Hiệu trưởng"),
    ]
    folder = tmp_path_factory.mktemp("authority")
    return create_authority(folder, people, SCHOOL, "0100000000", NOW)


@pytest.fixture(scope="session")
def teacher(authority: DemoAuthority) -> SigningKey:
    """The homeroom teacher's P-256 key."""
    return authority.open_demo_key("GV01")


@pytest.fixture(scope="session")
def principal(authority: DemoAuthority) -> SigningKey:
    """The principal's P-256 key."""
    return authority.open_demo_key("HT01")


@pytest.fixture(scope="session")
def seal(authority: DemoAuthority) -> SigningKey:
    """The seal's RSA key, which signs with RSASSA-PSS."""
    return authority.open_demo_key(SEAL_CODE)


@pytest.fixture(scope="session")
def soft_tokens(
    tmp_path_factory: pytest.TempPathFactory, authority: DemoAuthority
) -> Iterator[Tokens]:
    """Real SoftHSM tokens; only tests with the judge ``softhsm`` ask for them."""
    from tests.unit.sign.pkcs11_tokens import make_tokens

    with make_tokens(tmp_path_factory.mktemp("softhsm"), authority) as tokens:
        yield tokens


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Make a small PDF with prepared fields and the stamp font's dictionaries."""

    def make(fields: Sequence[str] = FIELDS, *, pages: int = 2, letters: str = LETTERS) -> bytes:
        pdf = pikepdf.new()
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[-1]
        widgets = [_widget(pdf, page, name, place) for place, name in enumerate(fields)]
        page.Annots = pdf.make_indirect(pikepdf.Array(widgets))
        pdf.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array(widgets),
            DR=pikepdf.Dictionary(
                Font=pikepdf.Dictionary(PreserveStamp=_font(pdf, letters)),
            ),
        )
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "Học bạ thử nghiệm"
        output = BytesIO()
        pdf.save(output, deterministic_id=True)
        return output.getvalue()

    return make


def write_pdf(folder: Path, content: bytes) -> Path:
    """Write a PDF where an outside judge can read it."""
    path = folder / "signed.pdf"
    path.write_bytes(content)
    return path


def _widget(pdf: pikepdf.Pdf, page: pikepdf.Page, name: str, place: int) -> pikepdf.Object:
    empty = pikepdf.Stream(pdf, b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    empty.BBox = pikepdf.Array([0, 0, 170, 71])
    left = 20 + 180 * (place % 3)
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=pikepdf.String(name),
            TU=pikepdf.String("Chữ ký số"),
            F=4,
            P=page.obj,
            Rect=pikepdf.Array([left, 100, left + 170, 171]),
            AP=pikepdf.Dictionary(N=pdf.make_indirect(empty)),
        )
    )


def _font(pdf: pikepdf.Pdf, letters: str) -> pikepdf.Object:
    """A Type0 font whose glyphs are numbered from 1 and 500 units wide; it has no program."""
    lines = "\n".join(f"<{g:04X}> <{ord(c):04X}>" for g, c in enumerate(letters, start=1))
    cmap = f"begincmap\n{len(letters)} beginbfchar\n{lines}\nendbfchar\nendcmap"
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name.TestFont,
        Flags=4,
        FontBBox=pikepdf.Array([0, -200, 1000, 800]),
        ItalicAngle=0,
        Ascent=800,
        Descent=-200,
        CapHeight=700,
        StemV=80,
    )
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=pikepdf.Name.TestFont,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        CIDToGIDMap=pikepdf.Name.Identity,
        FontDescriptor=pdf.make_indirect(descriptor),
        W=pikepdf.Array([1, len(letters), 500]),
    )
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name.TestFont,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([pdf.make_indirect(descendant)]),
            ToUnicode=pikepdf.Stream(pdf, cmap.encode("ascii")),
        )
    )
