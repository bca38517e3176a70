"""No compressed stream of a signed revision ends with a carriage return."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf

from preserve.sign import engine
from preserve.sign.appearance import Appearance, person_lines
from preserve.sign.document import open_pdf
from preserve.sign.engine import SignatureRequest
from tests.unit.sign.conftest import FIELDS, NOW

_BAD_END = b"\r\nendstream"
_ROOM = 20_000
_REQUEST = SignatureRequest(
    field_name=FIELDS[0],
    appearance=Appearance(person_lines("Trần Văn Mẫu", "Giáo viên", NOW), "person"),
    claimed_time=NOW,
    digest_algorithm="sha256",
    locks=False,
    certifies=True,
)


def _document(pdf: bytes, length: int) -> bytes:
    """Give a document a cross-reference stream, and a length that moves every later offset."""
    with pikepdf.open(BytesIO(pdf)) as document:
        document.Root.Filling = pikepdf.String("x" * length)
        output = BytesIO()
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _first_layout(pdf: bytes) -> bytes:
    """Return what is appended before anybody looks at how its streams end."""
    _, _, output = engine._prepare(open_pdf(pdf), _REQUEST, _ROOM, 0)
    return output.getvalue()[len(pdf) :]


def test_an_unlucky_signature_is_laid_out_again(make_pdf: Callable[..., bytes]) -> None:
    """One layout in 256 ends badly; where it would, another one is made and can be signed."""
    plain = make_pdf(FIELDS)
    documents = (_document(plain, length) for length in range(3000))
    unlucky = next(pdf for pdf in documents if _BAD_END in _first_layout(pdf))
    _, _, output = engine._prepare_cleanly(unlucky, open_pdf(unlucky), _REQUEST, _ROOM)
    assert output.getvalue().startswith(unlucky)
    assert _BAD_END not in output.getvalue()[len(unlucky) :]
