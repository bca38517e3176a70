"""What school.toml says about who signs for whom, with which certificate, by which chain."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from preserve.errors import FormatError
from preserve.formats.school_toml import decode_configuration, encode_configuration
from preserve.model.configuration import SchoolConfiguration
from preserve.model.roles import Appointment, Delegation, SignerRole
from preserve.model.school import School, SchoolLevel

DAY = date(2025, 12, 1)
DEPUTY = Appointment(
    role=SignerRole.PRINCIPAL,
    person_code="GV02",
    person_name="Trần Thị Ví Dụ",
    title="Phó Hiệu trưởng, ký thay (KT.) Hiệu trưởng",
    certificates=("ab" * 32, "key:" + "cd" * 20, "serial:1f@2.5.4.3=ca ví dụ,2.5.4.6=vn"),
    decision="05/QĐ",
    held_from=DAY,
    delegation=Delegation("15/GUQ-THCS", DAY, "GV01", DAY),
)
CONFIGURATION = SchoolConfiguration(
    School("00000001", "Trường THCS Ví Dụ", SchoolLevel.LOWER_SECONDARY),
    (DEPUTY, replace(DEPUTY, delegation=replace(DEPUTY.delegation, held_until=DAY))),  # type: ignore[type-var]
)


def text_of(configuration: SchoolConfiguration = CONFIGURATION) -> str:
    """Return the file's text."""
    return encode_configuration(configuration).decode()


@pytest.mark.parametrize("variant", ["standard", "full", "economy", "cua-truong"])
def test_configuration_is_read_as_it_was_written(variant: str) -> None:
    """Delegations, names of certificates and the variant survive."""
    configuration = replace(CONFIGURATION, signing_variant=variant)
    assert decode_configuration(text_of(configuration).encode()) == configuration


def test_standard_variant_is_not_written() -> None:
    """A file without [signing] means the standard chain, and stays so."""
    assert "signing" not in tomllib.loads(text_of())
    assert decode_configuration(text_of().encode()).signing_variant == "standard"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('number = "15/GUQ-THCS"', 'nummer = "15/GUQ-THCS"'),
        ("delegated_by", "delegated"),
        ("day = 2025-12-01", 'day = "2025-12-01"'),
        ("day = 2025-12-01", "day = 2025-12-01T08:00:00"),
        ("key:cdcd", "key:cd"),
        ("serial:1f@", "serial:1f"),
    ],
)
def test_slip_of_the_pen_is_refused_and_its_place_named(old: str, new: str) -> None:
    """The number of the appointment stands in the message."""
    body = text_of()[text_of().index("\nformat = ") :]
    assert old in body
    with pytest.raises(FormatError) as caught:
        decode_configuration(body.replace(old, new, 1).encode())
    assert caught.value.code in {"SCHOOL-TOML-KEY", "SCHOOL-TOML-VALUE"}
    assert "[[appointment]] 1" in caught.value.parameters["place"]


def test_unknown_key_of_signing_is_refused() -> None:
    """Nothing is overlooked that the clerk meant."""
    text = "[signing]\nvarient = 'full'\n"
    with pytest.raises(FormatError) as caught:
        decode_configuration(text_of().replace("[school]", text + "\n[school]", 1).encode())
    assert caught.value.code == "SCHOOL-TOML-KEY"
