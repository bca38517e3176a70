"""Every kind of document is PDF/A-3a and PDF/UA-1, and free of what validators overlook."""

from __future__ import annotations

import hashlib
import io
import random
import zlib
from dataclasses import replace

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from preserve.model.records import Predecessor
from preserve.render import finish, streams
from preserve.render.grade_book import render_grade_book
from preserve.render.transcript import render_transcript
from tests.unit.render.lint import lint
from tests.unit.render.people import NAMES, amendment, grade_book, pupil, transcript
from tests.unit.render.reading import failures, form


@pytest.mark.parametrize("years", [1, 2, 3])
def test_transcripts_conform(years: int) -> None:
    """Transcripts of one to three years pass both profiles and the lint."""
    data = render_transcript(transcript(years, amendments=[amendment()]), form())
    assert failures(data) == []
    assert lint(data) == []


def test_transcript_of_upper_secondary_conforms() -> None:
    """The other packaged form renders and passes as well."""
    record = replace(transcript(), form="TT22-2021-THPT")
    data = render_transcript(record, form("TT22-2021-THPT"))
    assert failures(data) == []
    assert lint(data) == []


def test_transcript_with_predecessor_conforms() -> None:
    """A transcript that embeds the file of the year before passes both profiles and the lint."""
    before = render_transcript(transcript(1), form())
    digest = hashlib.sha512(before).hexdigest()
    named = Predecessor("hocba-6A-9910000001", "2023-2024", digest, "hocba-6A_2023-2024.pdf")
    data = render_transcript(transcript(2, predecessor=named), form(), predecessor=before)
    assert failures(data) == []
    assert lint(data) == []


def test_grade_book_conforms() -> None:
    """A class of 45 pupils with 12 subjects passes both profiles and the lint."""
    data = render_grade_book(grade_book(45), form())
    assert failures(data) == []
    assert lint(data) == []


def test_three_hundred_transcripts_conform() -> None:
    """Whatever the content, no compressed stream ends in a way that a reader may misread."""
    generator = random.Random(20241121)  # noqa: S311  (made-up marks are no secrets)
    wrong = []
    for number in range(300):
        record = transcript(1, seed=number, name=generator.choice(NAMES))
        record = replace(record, pupil=pupil(record.pupil.name, f"991{number:07d}"))
        data = render_transcript(record, form())
        # The lint walks the whole tree in Python: every tenth file is enough for it here.
        if failures(data) or (number % 10 == 0 and lint(data)):
            wrong.append(number)
    assert wrong == []


def test_exact_stream_that_would_end_in_a_carriage_return_is_predicted_first() -> None:
    """Two parsers read the same bytes back, and no carriage return stands before endstream."""
    candidates = (bytes(range(number % 251)) * (number % 7 + 1) for number in range(5000))
    unlucky = [data for data in candidates if zlib.compress(data, 6).endswith(b"\r")]
    assert unlucky
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for number, data in enumerate(unlucky):
            pdf.Root[f"/Kept{number}"] = streams.add_exact(pdf, data)
        saved = finish.serialize(pdf)
    with pikepdf.open(io.BytesIO(saved)) as pdf:
        kept = [pdf.Root[f"/Kept{number}"] for number in range(len(unlucky))]
        assert [stream.read_bytes() for stream in kept] == unlucky
        assert not any(stream.read_raw_bytes().endswith(b"\r") for stream in kept)
    reader = PdfFileReader(io.BytesIO(saved))
    assert [reader.root[f"/Kept{number}"].data for number in range(len(unlucky))] == unlucky


def test_padded_stream_never_ends_in_a_carriage_return() -> None:
    """Padding changes the check sum at the end; the data before the padding stays."""
    for number in range(600):
        data = f"BT ({'x' * number}) Tj ET".encode()
        packed, size = streams.deflate_padded(data, b"\n")
        assert not packed.endswith(b"\r")
        assert zlib.decompress(packed).rstrip(b"\n") == data
        assert size == len(zlib.decompress(packed))
