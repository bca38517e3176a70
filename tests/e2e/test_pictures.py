"""The principal's hand and the school's seal as pictures, named in ``school.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stage import Demo, is_one_line, rewind, run, snapshot, steps, succeed
from tests.unit.sign.test_appearance_png import BLUE, RED, disc

PRINCIPAL = "GV01"
RECORD = "hoc-ba.6A.9920000001"


@pytest.fixture
def archive(demo: Demo, tmp_path: Path) -> Path:
    """Give the demo as it lay before the principal signed, with two pictures."""
    copy = rewind(demo, tmp_path, {"SUBJECT", "HOMEROOM"})
    (copy / "hinh-anh").mkdir()
    (copy / "hinh-anh" / "con-dau.png").write_bytes(disc(RED))
    (copy / "hinh-anh" / "chu-ky.png").write_bytes(disc(BLUE))
    text = (copy / "school.toml").read_text("utf-8")
    table = (
        '[appearance]\nseal = "hinh-anh/con-dau.png"\n'
        f'signatures = {{ {PRINCIPAL} = "hinh-anh/chu-ky.png" }}\n'
    )
    (copy / "school.toml").write_text(f"{text}\n{table}", "utf-8")
    return copy


def newest(demo: Demo, archive: Path) -> bytes:
    """Return the newest file of one transcript."""
    return steps(archive / "years" / demo.year / "documents" / RECORD)[-1].read_bytes()


def test_each_signature_bears_its_own_picture(demo: Demo, archive: Path) -> None:
    """One image per signer, and the signed documents still pass every check of signing."""
    before = newest(demo, archive)
    assert b"/SMask" not in before
    for count, (role, key) in enumerate((("principal", PRINCIPAL), ("school_seal", "SEAL")), 1):
        sign = ("sign", "--year", demo.year, "--class", "6A", "--role", role)
        succeed(*sign, "--key", f"demo:{key}", archive=archive)
        assert newest(demo, archive).count(b"/SMask") == count


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"GIF89a", "no PNG"), (disc(BLUE)[:-9], "damaged"), (disc(RED), "wrong colour"), (None, "")],
    ids=["gif", "cut-short", "red-signature", "missing"],
)
def test_a_bad_picture_stops_the_batch_before_it_begins(
    demo: Demo, archive: Path, content: bytes | None, said: str
) -> None:
    """Nothing is signed, and the one line names the file."""
    picture = archive / "hinh-anh" / "chu-ky.png"
    picture.unlink()
    if content is not None:
        picture.write_bytes(content)
    before = snapshot(archive)
    sign = ("sign", "--year", demo.year, "--role", "principal", "--key", f"demo:{PRINCIPAL}")
    ran = run(*sign, archive=archive)
    assert ran.code == 2, ran.err
    assert is_one_line(ran.err)
    assert "hinh-anh/chu-ky.png" in ran.err
    assert said in ran.err
    assert snapshot(archive) == before
