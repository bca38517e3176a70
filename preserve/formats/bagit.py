"""BagIt 1.0 text files (RFC 8493): manifests and tag files, bytes to pairs and back.

Stricter than the RFC where it leaves room that only a forger needs: one spelling per path, no
path twice, no byte order mark, lower-case digests on output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from preserve.errors import FormatError

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""The bag declaration (RFC 8493 section 2.1.1)."""

DIGEST_LENGTHS = {"sha256": 64, "sha512": 128}
"""Hexadecimal digits per digest of the algorithms a bundle uses."""

_MANIFEST_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+(.+)")
_TAG_LINE = re.compile(r"([^\s:][^:]*?)[ \t]*:[ \t]*(.*)")
_BAD_PERCENT = re.compile(r"%(?!0A|0D|25)", re.IGNORECASE)
_HEX_LENGTHS = frozenset(DIGEST_LENGTHS.values())
_FIRST_PRINTABLE = " "


def parse_manifest(data: bytes) -> tuple[tuple[str, str], ...]:
    """Read a payload or tag manifest as pairs (path, lower-case hex digest), in file order.

    The algorithm is not in the file: the caller knows it from the file's name and compares
    lengths. All digests of one manifest have the same length, that of SHA-256 or SHA-512.

    Raises:
        FormatError: not UTF-8, a line is no entry, a path is unsafe, ambiguous or stands twice.
            The parameter ``line`` counts from 1.
    """
    pairs: dict[str, str] = {}
    for number, line in _numbered_lines(data):
        path, digest = _parse_entry(line, number)
        if path in pairs:
            raise FormatError("BAGIT-DUPLICATE-PATH", line=number, path=path)
        pairs[path] = digest
    if len({len(digest) for digest in pairs.values()}) > 1:
        raise FormatError("BAGIT-MIXED-DIGESTS")
    return tuple(pairs.items())


def encode_manifest(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Write a manifest: sorted by path, two blanks between digest and path, LF line ends.

    Raises:
        FormatError: a path is unsafe or stands twice, or a digest is no SHA-256 or SHA-512.
    """
    entries = sorted(pairs)
    for path, digest in entries:
        _check_path(path, 0)
        _check_digest(digest, 0)
    for (path, _), (following, _) in pairwise(entries):
        if path == following:
            raise FormatError("BAGIT-DUPLICATE-PATH", line=0, path=path)
    return "".join(f"{digest.lower()}  {_encode_path(path)}\n" for path, digest in entries).encode()


def parse_tags(data: bytes) -> tuple[tuple[str, str], ...]:
    """Read a tag file as pairs (label, value), in file order; labels may repeat.

    A line that begins with blanks continues the value before it (RFC 8493 section 2.2.2).

    Raises:
        FormatError: not UTF-8, or a line is neither a tag nor a continuation.
    """
    pairs: list[tuple[str, str]] = []
    for number, line in _numbered_lines(data):
        if line[0] in " \t" and pairs:
            label, value = pairs[-1]
            pairs[-1] = (label, f"{value} {line.strip()}")
            continue
        match = _TAG_LINE.fullmatch(line)
        if match is None:
            raise FormatError("BAGIT-TAG-LINE", line=number)
        pairs.append((match[1], match[2].strip()))
    return tuple(pairs)


def encode_tags(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Write a tag file in the order given, one line per tag, LF line ends.

    Raises:
        FormatError: a label or value would not come back as it is.
    """
    lines = []
    for label, value in pairs:
        if parse_tags(f"{label}: {value}\n".encode()) != ((label, value),):
            raise FormatError("BAGIT-TAG-VALUE", label=label)
        lines.append(f"{label}: {value}\n")
    return "".join(lines).encode()


def _numbered_lines(data: bytes) -> Iterable[tuple[int, str]]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("BAGIT-ENCODING", offset=error.start) from error
    if text.startswith("\ufeff"):
        raise FormatError("BAGIT-ENCODING", offset=0)
    # Only CR, LF and CRLF end a line; str.splitlines() would also cut at U+2028 and form feeds.
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if line:
            yield number, line


def _parse_entry(line: str, number: int) -> tuple[str, str]:
    match = _MANIFEST_LINE.fullmatch(line)
    if match is None:
        raise FormatError("BAGIT-MANIFEST-LINE", line=number)
    digest, spelled = match.groups()
    _check_digest(digest, number)
    if _BAD_PERCENT.search(spelled):
        raise FormatError("BAGIT-PERCENT", line=number, path=ascii(spelled))
    path = _decode_path(spelled)
    _check_path(path, number)
    return path, digest.lower()


def _check_digest(digest: str, number: int) -> None:
    if len(digest) not in _HEX_LENGTHS or not re.fullmatch(r"[0-9A-Fa-f]+", digest):
        raise FormatError("BAGIT-DIGEST", line=number)


def _check_path(path: str, number: int) -> None:
    # A drive letter is absolute on Windows; "*" is md5sum's mark for binary mode, not a name.
    unsafe = (
        "\\" in path
        or re.match(r"[A-Za-z]:|\*", path) is not None
        or any(part in {"", ".", ".."} for part in path.split("/"))
        or any(sign < _FIRST_PRINTABLE and sign not in "\r\n" for sign in path)
    )
    if unsafe:
        raise FormatError("BAGIT-UNSAFE-PATH", line=number, path=ascii(path))


def _encode_path(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _decode_path(spelled: str) -> str:
    decoded = re.sub("%0A", "\n", spelled, flags=re.IGNORECASE)
    decoded = re.sub("%0D", "\r", decoded, flags=re.IGNORECASE)
    return decoded.replace("%25", "%")
