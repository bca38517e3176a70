"""``school.toml``: bytes to :class:`SchoolConfiguration` and back."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import tomli_w

from preserve.errors import FormatError
from preserve.model.configuration import SchoolConfiguration
from preserve.model.roles import Appointment, SignerRole
from preserve.model.school import School, SchoolKind, SchoolLevel

_FORMAT = "preserve-school/1"
_HEADER = """\
# Cấu hình kho lưu trữ của nhà trường / configuration of this archive.
#
# Mỗi lần phân công một người vào một vai trò ký là một mục [[appointment]]:
# one [[appointment]] for each person, role and decision:
#
#   [[appointment]]
#   role = "homeroom_teacher"      # subject_teacher | homeroom_teacher | principal | school_seal
#   person_code = "GV04"
#   person_name = "Nguyễn Văn Ví Dụ"
#   title = "Giáo viên chủ nhiệm lớp 6A"
#   class_name = "6A"              # bỏ trống = mọi lớp / leave out for every class
#   certificates = ["<SHA-256>"]   # openssl x509 -in cert.pem -noout -fingerprint -sha256
#   decision = "12/QĐ-THCS"
#   held_from = 2025-08-01
#   key = "pkcs12:/duong-dan/GV04.p12"   # không bắt buộc / optional
#
# [timestamping]
# url = "http://tsa.example.vn/"

"""


def encode_configuration(configuration: SchoolConfiguration) -> bytes:
    """Return the file's bytes, UTF-8 with LF."""
    table: dict[str, Any] = {
        "format": _FORMAT,
        "school": {k: str(v) for k, v in asdict(configuration.school).items() if v},
    }
    if configuration.timestamp_url:
        table["timestamping"] = {"url": configuration.timestamp_url}
    if configuration.demo_authority:
        table["demo"] = {"authority": configuration.demo_authority}
    table["appointment"] = [_appointment_table(a) for a in configuration.appointments]
    if not table["appointment"]:
        del table["appointment"]
    return (_HEADER + tomli_w.dumps(table, multiline_strings=False)).encode()


def decode_configuration(content: bytes) -> SchoolConfiguration:
    """Read the file's bytes.

    Raises:
        FormatError: not TOML, an unknown key, or a value of the wrong kind; says which.
    """
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormatError("SCHOOL-TOML-SYNTAX", problem=error) from error
    _expect_keys(table, {"format", "school", "appointment", "timestamping", "demo"}, "")
    if table.get("format") != _FORMAT:
        raise FormatError("SCHOOL-TOML-FORMAT", expected=_FORMAT, found=table.get("format"))
    return SchoolConfiguration(
        school=_school(table.get("school", {})),
        appointments=tuple(
            _appointment(number, entry)
            for number, entry in enumerate(table.get("appointment", []), start=1)
        ),
        timestamp_url=str(table.get("timestamping", {}).get("url", "")),
        demo_authority=str(table.get("demo", {}).get("authority", "")),
    )


def _appointment_table(appointment: Appointment) -> dict[str, Any]:
    table = {k: v for k, v in asdict(appointment).items() if v is not None}
    table["role"] = appointment.role.value
    table["certificates"] = list(appointment.certificates)
    return table


def _school(table: dict[str, Any]) -> School:
    _expect_keys(table, {field.name for field in fields(School)}, "school")
    try:
        kind = SchoolKind(table.get("kind", SchoolKind.SCHOOL))
        return School(**(table | {"level": SchoolLevel(table["level"]), "kind": kind}))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError("SCHOOL-TOML-VALUE", place="[school]", problem=error) from error


def _appointment(number: int, table: dict[str, Any]) -> Appointment:
    place = f"[[appointment]] {number}"
    _expect_keys(table, {field.name for field in fields(Appointment)}, place)
    try:
        appointment = Appointment(
            **(
                table
                | {
                    "role": SignerRole(table["role"]),
                    "certificates": tuple(_hex(c) for c in table["certificates"]),
                }
            )
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError("SCHOOL-TOML-VALUE", place=place, problem=error) from error
    for day in (appointment.held_from, appointment.held_until):
        if day is not None and type(day) is not date:
            raise FormatError("SCHOOL-TOML-VALUE", place=place, problem=f"{day!r} is no date")
    return appointment


def _hex(text: str) -> str:
    """Normalise a fingerprint as openssl prints it: colons away, lower case."""
    digest = text.replace(":", "").lower()
    if len(digest) != 64 or len(bytes.fromhex(digest)) != 32:  # noqa: PLR2004  (SHA-256)
        raise ValueError(text)
    return digest


def _expect_keys(table: dict[str, Any], known: set[str], place: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise FormatError("SCHOOL-TOML-KEY", place=place or "school.toml", keys=", ".join(unknown))
