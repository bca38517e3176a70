"""Finds the certificates whose status the archive needs: of signers, time-stamps and seals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from preserve.durable import storage_faults
from preserve.model.overview import Scope
from preserve.trust.store import TrustMaterial
from preserve.verify.cms import UnverifiedCms, read_cms
from preserve.verify.guard import ReaderFault, attempt
from preserve.workflow.archive import Archive
from preserve.workflow.documents import find_document, scope_keys
from preserve.workflow.packages import sealed_packages

_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{64,})>")
"""A signature in a PDF stands there in hexadecimal, outside of every compressed stream."""


@dataclass(frozen=True, slots=True)
class UsedCertificates:
    """What the signatures of a scope were made with; nothing of it is trusted."""

    ends: tuple[bytes, ...]
    """DER of the certificates that signed or stamped."""
    helpers: tuple[bytes, ...]
    """DER of the other certificates that came along."""


def used_certificates(archive: Archive, scope: Scope, trust: TrustMaterial) -> UsedCertificates:
    """Collect the certificates of the newest signed documents, of the seals, of the trust folder.

    Raises:
        InputError: the scope is empty.
        StorageError: a file cannot be read.
    """
    ends = dict.fromkeys((*trust.seals, *trust.certificates))
    helpers: dict[bytes, None] = {}
    found = chain(_contents_of_documents(archive, scope), _seals(archive, scope))
    for signature in read_signatures(found):
        ends[signature.certificate] = None
        helpers.update(dict.fromkeys(signature.helpers))
    return UsedCertificates(tuple(ends), tuple(helpers))


def read_signatures(contents: Iterable[bytes]) -> Iterator[UnverifiedCms]:
    """Yield the signatures of CMS structures, and the time-stamps in them."""
    for content in contents:
        found = attempt(lambda content=content: read_cms(content, padded=True))  # type: ignore[misc]  # bound at once
        # A signature that cannot be read is the verifier's business; here it names nobody.
        if isinstance(found, ReaderFault):
            continue
        yield found
        for token in found.tokens:
            stamp = attempt(lambda token=token: read_cms(token))  # type: ignore[misc]  # bound at once
            if not isinstance(stamp, ReaderFault):
                yield stamp


def _contents_of_documents(archive: Archive, scope: Scope) -> Iterator[bytes]:
    if scope == Scope() and not any(archive.root.glob("years/*/documents/*")):
        # A new archive has signed nothing, and its trust folder may be filled all the same.
        return
    for key in scope_keys(archive, scope):
        stored = find_document(archive, key)
        if stored is None:
            continue
        with storage_faults(stored.newest):
            yield from signature_contents(stored.newest.read_bytes())


def signature_contents(pdf: bytes) -> Iterator[bytes]:
    """Yield the CMS signatures of a PDF, zero bytes at their end included; nothing is judged."""
    for match in _CONTENTS.finditer(pdf):
        digits = match[1]
        yield bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


def _seals(archive: Archive, scope: Scope) -> Iterator[bytes]:
    """Yield the seals of the scope's sealed years; one pupil's or class's scope has none."""
    if scope.class_name or scope.pupil or scope.document:
        return
    for package in sealed_packages(archive):
        seal = package.root / "seal" / "manifest.p7s"
        wanted = scope.school_year is None or package.package_id.endswith(scope.school_year)
        if wanted and seal.is_file():
            with storage_faults(seal):
                yield seal.read_bytes()
