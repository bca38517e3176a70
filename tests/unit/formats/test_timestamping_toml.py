"""Several time-stamping authorities in ``school.toml``."""

from __future__ import annotations

import pytest

from preserve.errors import FormatError
from preserve.formats.school_toml import decode_configuration, encode_configuration
from preserve.formats.timestamping_toml import decode_timestamping, encode_timestamping
from preserve.model.configuration import SchoolConfiguration, TimestampAuthority
from preserve.model.school import School, SchoolLevel

SCHOOL = School("00000009", "Trường THCS Bịa Đặt", SchoolLevel.LOWER_SECONDARY)
FIRST = TimestampAuthority("http://tsa.example.vn/", "1.3.6.1.4.1.32473.1")
SECOND = TimestampAuthority("https://tsa2.example.vn/")


@pytest.mark.parametrize("authorities", [(), (FIRST,), (SECOND, FIRST), (FIRST, SECOND, SECOND)])
def test_authorities_keep_their_order(authorities: tuple[TimestampAuthority, ...]) -> None:
    """What is written is what is read."""
    assert decode_timestamping(encode_timestamping(authorities)) == authorities


def test_the_whole_file_carries_them() -> None:
    """The first in its own fields, as before, the others behind it."""
    configuration = SchoolConfiguration(
        SCHOOL,
        timestamp_url=FIRST.url,
        timestamp_policy=FIRST.policy,
        next_timestamp_authorities=(SECOND,),
    )
    read = decode_configuration(encode_configuration(configuration))
    assert read == configuration
    assert read.timestamp_authorities == (FIRST, SECOND)
    assert SchoolConfiguration(SCHOOL).timestamp_authorities == ()


def test_a_file_of_before_is_read_as_before() -> None:
    """One address, or an empty one for none."""
    assert decode_timestamping({"url": "demo:"}) == (TimestampAuthority("demo:"),)
    assert decode_timestamping({"url": ""}) == ()


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"url": "http://a/", "polcy": "1.2"}, "SCHOOL-TOML-KEY"),
        ({"url": "http://a/", "policy": "abc"}, "SCHOOL-TOML-VALUE"),
        ({"url": "http://a/", "policy": 1}, "SCHOOL-TOML-VALUE"),
        ({"url": 1}, "SCHOOL-TOML-VALUE"),
        ({"policy": "1.2"}, "SCHOOL-TOML-VALUE"),
        ({"next": [{"url": "http://a/"}]}, "SCHOOL-TOML-VALUE"),
        ({"url": "http://a/", "next": {"url": "http://b/"}}, "SCHOOL-TOML-VALUE"),
        ({"url": "http://a/", "next": ["http://b/"]}, "SCHOOL-TOML-VALUE"),
        ("http://a/", "SCHOOL-TOML-VALUE"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: object, code: str) -> None:
    """Each slip of the pen with its place."""
    with pytest.raises(FormatError) as caught:
        decode_timestamping(table)
    assert caught.value.code == code
