"""Pictures of hand-written signatures and seals: what is read, what is refused, how it is drawn."""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.errors import InputError
from preserve.policy.files import policy_folders
from preserve.policy.forms import load_form
from preserve.render.transcript import render_transcript
from preserve.sign.appearance import Appearance, person_lines, picture_size, seal_lines
from preserve.sign.appearance_png import LARGEST_SIDE, Picture, read_picture
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.engine_streams import packed_stream
from preserve.sign.fields import all_fields
from tests.unit.render.people import transcript
from tests.unit.sign.conftest import NOW, SCHOOL, write_pdf

RED, BLUE, CLEAR = (200, 20, 30, 255), (20, 40, 180, 255), (0, 0, 0, 0)
Pixel = tuple[int, ...]


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write one chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encode(
    rows: Sequence[Sequence[Pixel]],
    filters: list[int] | None = None,
    head: tuple[int, ...] = (8, 6, 0, 0, 0),
    density: int = 0,
) -> bytes:
    """Write a PNG as any program would, each row with a filter of its own."""
    width, height = len(rows[0]), len(rows)
    raw, above = b"", bytes(4 * width)
    for place, row in enumerate(rows):
        line = bytes(value for pixel in row for value in pixel)
        kind = filters[place] if filters else 0
        raw += bytes([kind]) + filtered(kind, line, above)
        above = line
    size = chunk(b"pHYs", struct.pack(">IIB", density, density, 1)) if density else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *head))
        + size
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


def filtered(kind: int, line: bytes, above: bytes) -> bytes:
    """Apply a filter (ISO/IEC 15948 clause 9.2)."""
    result = bytearray()
    for place, value in enumerate(line):
        left = line[place - 4] if place >= 4 else 0
        up = above[place]
        corner = above[place - 4] if place >= 4 else 0
        estimate = left + up - corner
        ranked = sorted((abs(estimate - v), order, v) for order, v in enumerate((left, up, corner)))
        result.append((value - (0, left, up, (left + up) // 2, ranked[0][2])[kind]) & 0xFF)
    return bytes(result)


def disc(colour: Pixel, side: int = 60, density: int = 0) -> bytes:
    """Draw a disc on a transparent ground."""
    half = side / 2
    rows: list[list[Pixel]] = [
        [
            colour if (x - half) ** 2 + (y - half) ** 2 < (half * 0.8) ** 2 else CLEAR
            for x in range(side)
        ]
        for y in range(side)
    ]
    return encode(rows, density=density)


pixels = st.tuples(*[st.integers(0, 255)] * 4)


@settings(max_examples=60)
@given(st.data())
def test_every_filter_is_undone(data: st.DataObject) -> None:
    """Colours and opacity come back as they were, whichever filters the rows have."""
    width = data.draw(st.integers(1, 6))
    rows = data.draw(st.lists(st.lists(pixels, min_size=width, max_size=width), max_size=5))
    ground: list[list[Pixel]] = [[CLEAR] * width] * (len(rows) + 1)
    rows = [*rows, [RED for _ in range(width)], *ground]
    kinds = data.draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
    try:
        picture = read_picture(encode(rows, kinds), "a.png", "red")
    except InputError as error:
        assert error.code in {"PICTURE-COLOUR", "PICTURE-OPAQUE"}  # noqa: PT017  (drawn at random)
        return
    flat = [pixel for row in rows for pixel in row]
    assert zlib.decompress(picture.colours) == bytes(v for p in flat for v in p[:3])
    assert zlib.decompress(picture.opacity) == bytes(p[3] for p in flat)


def test_the_real_size_is_read() -> None:
    """A seal of 36 mm scanned at 300 dots per inch has 425 pixels."""
    picture = read_picture(disc(RED, 425, 11811), "dau.png", "red")
    assert picture.size is not None
    assert abs(float(picture.size[0]) / 72 * 25.4 - 36) < 0.1


REFUSED: dict[str, tuple[bytes, str]] = {
    "no-png": (b"GIF89a", "PICTURE-NOT-PNG"),
    "empty-file": (b"", "PICTURE-NOT-PNG"),
    "palette": (encode([[RED, CLEAR]], head=(8, 3, 0, 0, 0)), "PICTURE-KIND"),
    "16-bit": (encode([[RED, CLEAR]], head=(16, 6, 0, 0, 0)), "PICTURE-KIND"),
    "no-alpha": (encode([[RED, CLEAR]], head=(8, 2, 0, 0, 0)), "PICTURE-KIND"),
    "interlaced": (encode([[RED, CLEAR]], head=(8, 6, 0, 0, 1)), "PICTURE-KIND"),
    "too-wide": (encode([[RED, *[CLEAR] * LARGEST_SIDE]]), "PICTURE-PIXELS"),
    "too-large": (bytes(600 * 1024), "PICTURE-LARGE"),
    "cut-short": (disc(RED)[:-20], "PICTURE-DAMAGED"),
    "flipped": (disc(RED).replace(b"IDAT", b"IDAU"), "PICTURE-DAMAGED"),
    "white-ground": (encode([[RED, (255, 255, 255, 255)]] * 3), "PICTURE-OPAQUE"),
    "nothing": (encode([[CLEAR] * 4] * 4), "PICTURE-EMPTY"),
    "black": (disc((10, 10, 10, 255)), "PICTURE-COLOUR"),
    "blue-seal": (disc(BLUE), "PICTURE-COLOUR"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_picture_of_another_kind_is_refused(name: str) -> None:
    """Each with a sentence of its own that names the file."""
    content, code = REFUSED[name]
    with pytest.raises(InputError) as caught:
        read_picture(content, "dau.png", "red")
    assert (caught.value.code, caught.value.parameters["file"]) == (code, "dau.png")


def test_a_bomb_is_not_unpacked() -> None:
    """A few bytes that unpack to more than the picture has pixels are refused at once."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 6, 0, 0, 0))
    bomb = chunk(b"IDAT", zlib.compress(bytes(50_000_000), 9))
    content = b"\x89PNG\r\n\x1a\n" + head + bomb + chunk(b"IEND", b"")
    with pytest.raises(InputError, match="PICTURE-DAMAGED"):
        read_picture(content, "a.png", "red")


@given(st.binary(max_size=200), st.integers(0, 300))
def test_damaged_bytes_never_crash(noise: bytes, place: int) -> None:
    """Whatever is written into a good file, the answer is a picture or a clear refusal."""
    good = disc(RED, 12)
    content = good[:place] + noise + good[place + len(noise) :]
    try:
        read_picture(content, "a.png", "red")
    except InputError as error:
        assert error.code.startswith("PICTURE-")  # noqa: PT017  (either outcome is right)


@given(st.integers(1, 1200), st.integers(1, 1200), st.booleans())
def test_a_picture_never_leaves_its_room(width: int, height: int, real: bool) -> None:  # noqa: FBT001  (drawn)
    """It keeps its proportions, and one that states its size is not blown up."""
    size = (Decimal(width) / 10, Decimal(height) / 10) if real else None
    shown = picture_size(Picture(width, height, b"", b"", size), 50, 40)
    assert shown[0] <= 50.001
    assert shown[1] <= 40.001
    assert shown[0] / shown[1] == pytest.approx(width / height)
    assert not real or shown[0] <= width / 10 + 0.001


def test_no_stream_ends_with_a_carriage_return() -> None:
    """Of any thousand contents about four would; those are spelled in digits and read the same."""
    spelled = 0
    for number in range(1000):
        content = hashlib.sha512(b"%d" % number).digest()
        stream = packed_stream(zlib.compress(content, 9))
        assert not stream.encoded_data.endswith(b"\r")
        assert stream.data == content
        spelled += stream.encoded_data.endswith(b">") and isinstance(stream["/Filter"], list)
    assert 0 < spelled < 30


@pytest.fixture(scope="module")
def signed(authority: DemoAuthority) -> list[bytes]:
    """A transcript with the principal's hand and the school's seal."""
    record = transcript(2)
    files = [render_transcript(record, load_form(record.form, policy_folders()))]
    for name in sorted(all_fields(files[0]), key=lambda name: name.startswith("SEAL"))[-2:]:
        seal = name.startswith("SEAL")
        lines = seal_lines(SCHOOL, NOW) if seal else person_lines("Lê Giả", "Hiệu trưởng", NOW)
        ink = disc(RED, 425, 11811) if seal else disc(BLUE, 90)
        picture = read_picture(ink, "a.png", "red" if seal else "blue")
        request = SignatureRequest(
            name,
            Appearance(lines, "seal" if seal else "person", picture),
            NOW,
            "sha256",
            locks=seal,
            certifies=len(files) == 1,
        )
        key = authority.open_demo_key(SEAL_CODE if seal else "HT01")
        files.append(sign_pdf(files[-1], request, key, authority.timestamper(NOW)))
    return files


def test_a_signed_transcript_with_pictures_conforms(signed: list[bytes]) -> None:
    """PDF/A-3a and PDF/UA-1 allow an image with a soft mask in the appearance of a field."""
    for pdf in signed:
        reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("3a", "ua1")]
        broken = {failure.rule_id for report in reports for failure in report.failures}
        assert broken <= {"PDFA3A-SIGNATURE-BYTERANGE-001"}


def test_the_seal_stands_in_the_left_third(signed: list[bytes]) -> None:
    """The image is drawn at the left and the text beside it or over it."""
    with pikepdf.open(BytesIO(signed[-1])) as document:
        (field,) = (f for f in document.Root.AcroForm.Fields if str(f.T).startswith("SEAL"))
        stamp = field.AP.N
        across, left = re.findall(rb"q ([\d.]+) 0 0 [\d.]+ ([\d.]+) ", stamp.read_bytes())[0]
        assert float(left) + float(across) <= float(stamp.BBox[2]) / 3 + 4
        assert stamp.Resources.XObject.I.SMask.ColorSpace == pikepdf.Name.DeviceGray


@pytest.mark.judge("java")
def test_verapdf_accepts_pictures(
    signed: list[bytes], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The second judge of PDF/A-3a and PDF/UA-1 agrees."""
    judges = request.getfixturevalue("java_judges")
    path = write_pdf(tmp_path, signed[-1])
    assert judges.faults("3a", path) == []
    assert judges.faults("ua1", path) == []


@pytest.mark.judge("poppler")
def test_a_reader_sees_both_colours(signed: list[bytes], tmp_path: Path) -> None:
    """On the rendered page there are red and blue pixels that the unsigned page lacks."""

    def colours(pdf: bytes, name: str) -> set[bytes]:
        path = write_pdf(tmp_path, pdf)
        subprocess.run(["pdftoppm", "-r", "40", str(path), str(tmp_path / name)], check=True)
        found: set[bytes] = set()
        for image in tmp_path.glob(f"{name}-*.ppm"):
            body = image.read_bytes()[15:]
            found.update(body[place : place + 3] for place in range(0, len(body) - 2, 3))
        return found

    before, after = colours(signed[0], "before"), colours(signed[-1], "after")
    for colour in (bytes(RED[:3]), bytes(BLUE[:3])):
        assert colour not in before
        assert any(all(abs(a - b) < 12 for a, b in zip(c, colour, strict=True)) for c in after)


def test_the_text_stays_where_there_is_no_picture(
    make_pdf: Callable[..., bytes], authority: DemoAuthority
) -> None:
    """Without a picture nothing but text and border is drawn."""
    pdf = make_pdf()
    appearance = Appearance(("Ký bởi: Nguyễn Thị Thử",), "person")
    request = SignatureRequest(
        all_fields(pdf)[0], appearance, NOW, "sha256", locks=False, certifies=False
    )
    key = authority.open_demo_key("GV01")
    plain = sign_pdf(pdf, request, key, None)
    drawn = replace(request, appearance=replace(appearance, picture=_blue()))
    assert b"/SMask" not in plain
    assert b"/SMask" in sign_pdf(pdf, drawn, key, None)


def _blue() -> Picture:
    return read_picture(disc(BLUE), "a.png", "blue")
