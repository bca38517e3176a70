"""Adds validation material to a signed PDF: the document security store.

::

    /DSS
      /Certs [ … ]    certificates of signers, time-stamping authorities and those above them
      /CRLs  [ … ]    revocation lists
      /OCSPs [ … ]    answers of OCSP responders

Source: ETSI EN 319 142-1 clause 5.4. The optional ``/VRI`` (which item serves which signature) is
not written: a validator finds that out by itself, and each item stands in the file once.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic

from preserve.sign.document import open_pdf, reading_pdf
from preserve.sign.engine import ESIC, QuietWriter, write_cleanly
from preserve.sign.engine_streams import packed_stream

_Names = generic.NameObject


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict about signatures needs besides the document; every item is DER."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def without(self, other: Evidence) -> Evidence:
        """Return what the other one lacks, each item once."""
        return Evidence(
            _missing(self.certificates, other.certificates),
            _missing(self.crls, other.crls),
            _missing(self.ocsps, other.ocsps),
        )

    @property
    def by_entry(self) -> Mapping[str, tuple[bytes, ...]]:
        """The items by the entry of the store that lists them."""
        return {"/Certs": self.certificates, "/CRLs": self.crls, "/OCSPs": self.ocsps}


def read_evidence(pdf: bytes) -> Evidence:
    """Return what the store of a document holds; nothing of it is judged.

    Raises:
        FormatError: the file or its store cannot be parsed.
    """
    reader = open_pdf(pdf)
    with reading_pdf():
        return _read(reader.root)


def augment_pdf(pdf: bytes, evidence: Evidence) -> bytes:
    """Append a revision that adds validation material to the document's store.

    What the store holds already is not added again; when it holds everything, the file comes back
    as it was. Nothing but the catalog's ``/DSS`` changes.

    Args:
        pdf: the file; the result begins with these bytes.
        evidence: certificates and revocation data, gathered after the signatures were made.

    Raises:
        FormatError: the file or its store cannot be parsed.
    """
    reader = open_pdf(pdf)
    with reading_pdf():
        missing = evidence.without(_read(reader.root))
    if missing == Evidence():
        return pdf

    def fill(writer: QuietWriter) -> None:
        store = generic.DictionaryObject({_Names("/Type"): _Names("/DSS")})
        for name, items in missing.by_entry.items():
            references = [*_references(writer.root, name)]
            references += [writer.add_object(packed_stream(zlib.compress(der, 9))) for der in items]
            if references:
                store[_Names(name)] = generic.ArrayObject(references)
        # A new object each time: no object of an earlier revision changes but the catalog.
        writer.root[_Names("/DSS")] = writer.add_object(store)
        writer.register_extension(ESIC)
        writer.update_root()  # type: ignore[no-untyped-call]
        writer.write_in_place()  # type: ignore[no-untyped-call]

    with reading_pdf():
        return write_cleanly(pdf, fill)[1].getvalue()


def _missing(wanted: tuple[bytes, ...], held: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(der for der in dict.fromkeys(wanted) if der not in held)


def _read(root: generic.DictionaryObject) -> Evidence:
    listed = {name: _references(root, name) for name in Evidence().by_entry}
    return Evidence(
        *(tuple(bytes(one.get_object().data) for one in listed[name]) for name in listed)
    )


def _references(root: generic.DictionaryObject, name: str) -> tuple[Any, ...]:
    """Return what the store lists under a name, as references."""
    # ``get`` of pyHanko's dictionaries would return a reference, not what it refers to.
    try:
        listed: Any = root["/DSS"][name]
    except KeyError:
        return ()
    return tuple(listed.raw_get(index) for index in range(len(listed)))
