"""Reads the certificates and CRLs that came along with what is judged: helpers, never anchors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from preserve.verify.certificates import load_certificate
from preserve.verify.context import VerificationContext
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.measuring import read_plain

MAX_HELPERS = 4096
"""Certificates and CRLs that a folder may bring along."""


def with_material(
    root: Path,
    files: Iterable[str],
    context: VerificationContext,
    *,
    certificates: str,
    lists: str,
) -> VerificationContext:
    """Add the certificates and CRLs of a folder; damaged ones are left out.

    Their damage itself is a matter of the manifests, which name the file.

    Args:
        root: the folder.
        files: its files, relative paths.
        context: trust, policies and time.
        certificates: prefix of the paths of certificates.
        lists: prefix of the paths of revocation lists.
    """
    known = tuple(files)
    found = _read_helpers(root, known, certificates)
    good = tuple(der for der in found if not isinstance(_try(der), ReaderFault))
    crls = _read_helpers(root, known, lists)
    return replace(context, trust=context.trust.with_validation_material(good, crls))


def _try(der: bytes) -> object:
    return attempt(lambda: load_certificate(der).subject.native)


def _read_helpers(root: Path, files: tuple[str, ...], folder: str) -> tuple[bytes, ...]:
    found = [path for path in files if path.startswith(folder)][:MAX_HELPERS]
    contents = (read_plain(root / path) for path in found)
    return tuple(content for content in contents if isinstance(content, bytes))
