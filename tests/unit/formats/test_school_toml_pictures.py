"""``school.toml`` names the pictures of visible signatures."""

from __future__ import annotations

import pytest

from preserve.errors import FormatError
from preserve.formats.school_toml import decode_configuration, encode_configuration
from preserve.model.configuration import SchoolConfiguration
from preserve.model.school import School, SchoolLevel

SCHOOL = School("00000009", "Trường THCS Bịa Đặt", SchoolLevel.LOWER_SECONDARY)


def test_pictures_are_written_and_read() -> None:
    """One for the seal, one for each person who has one; without any there is no table."""
    plain = SchoolConfiguration(SCHOOL)
    assert b"\n[appearance]" not in encode_configuration(plain)
    drawn = SchoolConfiguration(
        SCHOOL,
        seal_picture="hinh-anh/con-dau.png",
        signature_pictures=(("GV01", "hinh-anh/gv01.png"), ("GV02", "hinh-anh/gv02.png")),
    )
    assert decode_configuration(encode_configuration(drawn)) == drawn
    assert decode_configuration(encode_configuration(plain)) == plain


@pytest.mark.parametrize(
    "table",
    ["seal = 1", "signatures = []", "signatures = { GV01 = 2 }", 'principal = "a.png"'],
)
def test_a_value_of_another_kind_is_refused(table: str) -> None:
    """The message names the table."""
    content = encode_configuration(SchoolConfiguration(SCHOOL)).decode()
    with pytest.raises(FormatError) as caught:
        decode_configuration(f"{content}\n[appearance]\n{table}\n".encode())
    assert "[appearance]" in caught.value.parameters["place"]
