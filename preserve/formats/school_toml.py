"""``school.toml``: bytes to :class:`SchoolConfiguration` and back."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import tomli_w

from preserve.errors import FormatError
from preserve.formats.timestamping_toml import decode_timestamping, encode_timestamping
from preserve.model.certificates import normalise_certificate_name
from preserve.model.configuration import SchoolConfiguration, TimestampAuthority
from preserve.model.roles import Appointment, Delegation, SignerRole
from preserve.model.school import School, SchoolKind, SchoolLevel

_FORMAT = "preserve-school/1"
_STANDARD = "standard"
"""Variant of the signing policies that a file without [signing] means, for good."""
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
#                                  # hoặc / or "serial:<số>@CN=...,C=VN", "key:<SHA-1|SHA-256>"
#   decision = "12/QĐ-THCS"
#   held_from = 2025-08-01
#   key = "pkcs12:/duong-dan/GV04.p12"   # không bắt buộc / optional
#
#   [appointment.delegation]       # chỉ khi ký thay / only when signing in another's place
#   number = "15/GUQ-THCS"
#   day = 2025-12-01
#   delegated_by = "GV01"
#   held_from = 2025-12-01
#   held_until = 2025-12-31
#
# [signing]
# variant = "standard"             # full: mọi giáo viên môn học ký học bạ / every subject teacher
#                                  # economy: chỉ con dấu có dấu thời gian / only the seal
#
# [appearance]                     # không bắt buộc / optional: PNG, nền trong suốt / transparent
# seal = "hinh-anh/con-dau.png"
# signatures = { GV01 = "hinh-anh/chu-ky-hieu-truong.png" }
#
# [timestamping]
# url = "http://tsa.example.vn/"
# policy = "1.3.6.1.4.1.…"         # không bắt buộc / optional
#
# [[timestamping.next]]            # hỏi khi nơi trước không đáp / asked when the one before fails
# url = "http://tsa2.example.vn/"

"""


def encode_configuration(configuration: SchoolConfiguration) -> bytes:
    """Return the file's bytes, UTF-8 with LF."""
    table: dict[str, Any] = {
        "format": _FORMAT,
        "school": {k: str(v) for k, v in asdict(configuration.school).items() if v},
    }
    if configuration.signing_variant != _STANDARD:
        table["signing"] = {"variant": configuration.signing_variant}
    if configuration.seal_picture or configuration.signature_pictures:
        signatures = dict(configuration.signature_pictures)
        table["appearance"] = {"seal": configuration.seal_picture, "signatures": signatures}
    if configuration.timestamp_url:
        table["timestamping"] = encode_timestamping(configuration.timestamp_authorities)
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
    known = {"format", "school", "appointment", "signing", "appearance", "timestamping", "demo"}
    _expect_keys(table, known, "")
    if table.get("format") != _FORMAT:
        raise FormatError("SCHOOL-TOML-FORMAT", expected=_FORMAT, found=table.get("format"))
    first, *others = decode_timestamping(table.get("timestamping", {})) or (TimestampAuthority(""),)
    return SchoolConfiguration(
        school=_school(table.get("school", {})),
        appointments=tuple(
            _appointment(number, entry)
            for number, entry in enumerate(table.get("appointment", []), start=1)
        ),
        timestamp_url=first.url,
        timestamp_policy=first.policy,
        next_timestamp_authorities=tuple(others),
        demo_authority=str(table.get("demo", {}).get("authority", "")),
        **_pictures(table.get("appearance", {})),
        signing_variant=_variant(table.get("signing", {})),
    )


def _appointment_table(appointment: Appointment) -> dict[str, Any]:
    table = {k: v for k, v in asdict(appointment).items() if v is not None}
    table["role"] = appointment.role.value
    table["certificates"] = list(appointment.certificates)
    if appointment.delegation is not None:
        order = asdict(appointment.delegation)
        table["delegation"] = {k: v for k, v in order.items() if v is not None}
    return table


def _pictures(table: dict[str, Any]) -> dict[str, Any]:
    _expect_keys(table, {"seal", "signatures"}, "[appearance]")
    seal, signatures = table.get("seal", ""), table.get("signatures", {})
    if not isinstance(seal, str) or not isinstance(signatures, dict):
        raise FormatError("SCHOOL-TOML-VALUE", place="[appearance]", problem="seal, signatures")
    if not all(isinstance(file, str) for file in signatures.values()):
        raise FormatError("SCHOOL-TOML-VALUE", place="[appearance]", problem="signatures")
    return {"seal_picture": seal, "signature_pictures": tuple(sorted(signatures.items()))}


def _variant(table: dict[str, Any]) -> str:
    _expect_keys(table, {"variant"}, "[signing]")
    return str(table.get("variant", _STANDARD))


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
                    "certificates": tuple(map(normalise_certificate_name, table["certificates"])),
                    "delegation": _delegation(table.get("delegation"), place),
                }
            )
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError("SCHOOL-TOML-VALUE", place=place, problem=error) from error
    _expect_dates(place, appointment.held_from, appointment.held_until)
    return appointment


def _delegation(table: dict[str, Any] | None, place: str) -> Delegation | None:
    if table is None:
        return None
    _expect_keys(table, {field.name for field in fields(Delegation)}, f"{place} delegation")
    order = Delegation(**table)
    _expect_dates(place, order.day, order.held_from, order.held_until)
    return order


def _expect_dates(place: str, *days: object) -> None:
    for day in days:
        if day is not None and type(day) is not date:
            raise FormatError("SCHOOL-TOML-VALUE", place=place, problem=f"{day!r} is no date")


def _expect_keys(table: dict[str, Any], known: set[str], place: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise FormatError("SCHOOL-TOML-KEY", place=place or "school.toml", keys=", ".join(unknown))
