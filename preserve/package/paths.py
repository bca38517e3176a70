"""Every path decision: names of folders and files in an archive, a bundle and a dossier.

Names are ASCII letters, digits, ``.``, ``_`` and ``-``; at most 100 characters per component and
200 per path, so that every file system, optical disc and Windows can hold them. They carry pupil
codes and never names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from preserve.errors import InputError
from preserve.model.records import RecordClass

RENDERED_NAME = "00_rendered.pdf"
"""The document as it was made, before anybody signed."""
LONGEST_COMPONENT = 100
LONGEST_PATH = 200

_PLAIN = re.compile(r"[A-Za-z0-9-]")
_COMPONENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?<!\.)")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_SCHOOL_YEAR = re.compile(r"[0-9]{4}-[0-9]{4}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def path_segment(text: str) -> str:
    """Spell any text as one safe name; different texts get different names.

    Letters without marks, digits and ``-`` stay; every other byte of the UTF-8 form becomes ``_``
    and two hexadecimal digits. ``.`` never comes out, so it is free to join segments.

    Raises:
        InputError: the text is empty or its name would be too long.
    """
    escaped = "".join(
        sign if _PLAIN.fullmatch(sign) else "".join(f"_{byte:02x}" for byte in _utf8(sign))
        for sign in text
    )
    if _RESERVED.match(escaped):
        escaped = f"_{ord(escaped[0]):02x}{escaped[1:]}"
    if not escaped or len(escaped) > LONGEST_COMPONENT:
        raise InputError("PATH-LENGTH", length=len(escaped), limit=LONGEST_COMPONENT)
    return escaped


def check_path(path: str) -> str:
    """Return a path inside a bundle unchanged when every file system can hold it.

    Raises:
        InputError: a component is empty, too long, reserved by Windows, begins or ends with a
            dot or holds another character; or the path is too long.
    """
    if len(path) > LONGEST_PATH:
        raise InputError("PATH-LENGTH", length=len(path), limit=LONGEST_PATH)
    for part in path.split("/"):
        if len(part) > LONGEST_COMPONENT:
            raise InputError("PATH-LENGTH", length=len(part), limit=LONGEST_COMPONENT)
        if not _COMPONENT.fullmatch(part) or _RESERVED.match(part):
            raise InputError("PATH-UNSAFE", path=ascii(path))
    return path


def check_paths(paths: Iterable[str]) -> None:
    """Check the paths of a bundle, each alone and all together.

    Raises:
        InputError: a path is unsafe, stands twice, differs from another one only in case, or
            needs a folder where another one has a file.
    """
    spellings: dict[str, str] = {}
    files: set[str] = set()
    for path in paths:
        check_path(path)
        if path.casefold() in spellings:
            raise InputError("PATH-COLLISION", path=path)
        files.add(path.casefold())
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            prefix = "/".join(parts[:end])
            known = spellings.setdefault(prefix.casefold(), prefix)
            if known != prefix or (end < len(parts) and prefix.casefold() in files):
                raise InputError("PATH-COLLISION", path=path)


def record_folder(
    record_class: RecordClass, class_name: str, pupil_code: str | None, version: int
) -> str:
    """Name the folder of one version of a document; the first version's name is its record id.

    For example ``hoc-ba.8A.9910000001``, then ``hoc-ba.8A.9910000001.v0002``; a class grade book
    has no pupil: ``so-theo-doi.8A``.

    Raises:
        InputError: the name would be too long.
    """
    parts = [record_class.value, path_segment(class_name)]
    if pupil_code is not None:
        parts.append(path_segment(pupil_code))
    if version > 1:
        parts.append(version_folder(version))
    return check_path(".".join(parts))


def document_file_name(step: int, field_name: str) -> str:
    """Name the file that a signature made: its place in the chain and its field.

    Raises:
        InputError: the name would be too long.
    """
    if step == 0:
        return RENDERED_NAME
    return check_path(f"{step:02d}_{path_segment(field_name.replace('_', '-'))}.pdf")


def attachment_name(record_id: str, school_year: str) -> str:
    """Name the file of an earlier year inside the transcript that embeds it.

    Raises:
        InputError: a part cannot be a name.
    """
    return check_path(f"{record_id}_{_school_year(school_year)}.pdf")


def import_folder(number: int, at: datetime) -> str:
    """Name the folder of an import: its running number and its time in UTC."""
    return f"{number:04d}_{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def package_id(school_code: str, school_year: str) -> str:
    """Name the bundles of one school and year, for example ``00000001-2024-2025``.

    Raises:
        InputError: the year is not ``YYYY-YYYY``, or the code cannot be a name.
    """
    return check_path(f"{path_segment(school_code)}-{_school_year(school_year)}")


def version_folder(version: int) -> str:
    """Name a version of a bundle or document: ``v0001``."""
    return f"v{version:04d}"


def bundle_document_path(class_name: str, record_id: str) -> str:
    """Place a signed document in a bundle: ``data/<class>/<record-id>.pdf``.

    Raises:
        InputError: a part cannot be a name.
    """
    return check_path(f"data/{path_segment(class_name)}/{record_id}.pdf")


def bundle_source_path(import_name: str, stored_name: str) -> str:
    """Place an original export file or its report: ``data/sources/<import>/<stored name>``.

    Raises:
        InputError: a part cannot be a name.
    """
    return check_path(f"data/sources/{import_name}/{stored_name}")


def bundle_policy_path(kind: str, name: str) -> str:
    """Place a policy that was in force: ``metadata/policies/<kind>/<name>.toml``.

    Raises:
        InputError: a part cannot be a name.
    """
    return check_path(f"metadata/policies/{kind}/{name}.toml")


def bundle_certificate_path(sha256: str) -> str:
    """Place a certificate by the digest of its DER.

    Raises:
        InputError: the digest is no SHA-256 in lower-case hex.
    """
    return f"metadata/validation/certificates/{_digest(sha256)}.der"


def bundle_crl_path(sha256: str) -> str:
    """Place a revocation list by the digest of its DER.

    Raises:
        InputError: the digest is no SHA-256 in lower-case hex.
    """
    return f"metadata/validation/crls/{_digest(sha256)}.crl"


def dossier_folder(pupil_code: str, issued_on: date, number: int) -> str:
    """Name a dossier that a pupil takes along: code, day of issue, number of that day.

    Raises:
        InputError: the code cannot be a name.
    """
    return check_path(f"{path_segment(pupil_code)}.{issued_on:%Y-%m-%d}.{number:02d}")


def _utf8(sign: str) -> bytes:
    try:
        return sign.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("PATH-UNSAFE", path=ascii(sign)) from error


def _school_year(text: str) -> str:
    if not _SCHOOL_YEAR.fullmatch(text):
        raise InputError("PATH-SCHOOL-YEAR", year=ascii(text))
    return text


def _digest(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise InputError("PATH-UNSAFE", path=ascii(sha256))
    return sha256
