"""Judges the two things that may be added to a document after its last signature.

Both have one shape, that of our own writer (ISO 32000-2 clause 12.8.2.2.2, ETSI EN 319 142-1
clauses 5.4.2 and 5.4.3); content of any other kind cannot hide in them:

1. a document time-stamp is a new signature field that no page shows: a rectangle of no size, no
   appearance, no action, nothing below it but the dictionary of the time-stamp;
2. the security store lists certificates, revocation lists and answers of OCSP responders, each a
   stream of its own that holds one such item and nothing else; what it listed before stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic

_FIELD_KEYS = {"/Type", "/Subtype", "/Rect", "/F", "/FT", "/T", "/V"}
_STAMP_KEYS = {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"}
_STREAM_KEYS = {"/Length", "/Filter"}
_READERS: dict[str, Callable[[bytes], Any]] = {
    "/Certs": lambda der: x509.Certificate.load(der, strict=True).subject.native,
    "/CRLs": lambda der: crl.CertificateList.load(der, strict=True).issuer.native,
    "/OCSPs": lambda der: ocsp.OCSPResponse.load(der, strict=True)["response_status"].native,
}


class AdditionError(Exception):
    """Something was added in another shape; the text says what, for the tests."""


def is_document_timestamp(signature: generic.DictionaryObject) -> bool:
    """Tell whether a signature dictionary says that it is a time-stamp of the document."""
    return bool(signature.get("/Type") == "/DocTimeStamp")


def added_field(before: Any, after: Any, fresh: set[int]) -> Any:
    """Return the reference to the time-stamp's field that was appended to the form's fields.

    Args:
        before: the array of fields.
        after: the array of fields as it is now.
        fresh: numbers of the objects that the update brings.

    Raises:
        AdditionError: anything else happened to the array, or the field has another shape.
    """
    if not isinstance(after, generic.ArrayObject) or not isinstance(before, generic.ArrayObject):
        raise AdditionError("the fields of the form are no array")
    kept, now = _references(before), _references(after)
    added: Any = now[-1] if now else None
    if now[:-1] != kept or not _is_fresh(added, fresh):
        raise AdditionError("the fields of the form change")
    field: Any = added.get_object()
    _check_field(field, {str(one.get_object()["/T"]) for one in kept}, fresh)
    return added


def check_store(before: Any, after: Any, fresh: set[int]) -> None:
    """Refuse a security store that loses an item or lists anything that is none.

    Args:
        before: the catalog before the update.
        after: the catalog after it.
        fresh: numbers of the objects that the update brings.

    Raises:
        AdditionError: the store has another shape.
    """
    if "/DSS" not in after:
        raise AdditionError("the security store vanishes")
    old: Any = _entry(before, "/DSS", {})
    new: Any = after["/DSS"]
    if not isinstance(new, generic.DictionaryObject) or set(new) - {"/Type", *_READERS}:
        raise AdditionError("the security store lists something else")
    if new.get("/Type", "/DSS") != "/DSS":
        raise AdditionError("the security store has another type")
    for name, read in _READERS.items():
        kept, listed = (list(_listed(store, name)) for store in (old, new))
        if listed[: len(kept)] != kept:
            raise AdditionError(f"{name} of the security store loses an item")
        for reference in listed[len(kept) :]:
            _check_item(reference, read, fresh)


def _check_field(field: Any, taken: set[str], fresh: set[int]) -> None:
    if not isinstance(field, generic.DictionaryObject) or set(field) - _FIELD_KEYS:
        raise AdditionError("a field is added that is no document time-stamp's")
    value = field.raw_get("/V")
    if not _is_fresh(value, fresh) or str(field["/T"]) in taken or field["/FT"] != "/Sig":
        raise AdditionError("a field is added that is no document time-stamp's")
    rectangle = field.raw_get("/Rect")
    if not isinstance(rectangle, list) or any(_plain(rectangle, n) != 0 for n in range(4)):
        raise AdditionError("the field of a document time-stamp can be seen")
    stamp: Any = value.get_object()
    if set(stamp) - _STAMP_KEYS or not is_document_timestamp(stamp):
        raise AdditionError("a field is added that is no document time-stamp's")


def _plain(values: Any, place: int) -> Any:
    return values.raw_get(place) if place < len(values) else None


def _check_item(reference: Any, read: Callable[[bytes], Any], fresh: set[int]) -> None:
    if not _is_fresh(reference, fresh):
        raise AdditionError("the security store lists an object that was there before")
    item: Any = reference.get_object()
    if not isinstance(item, generic.StreamObject) or set(item) - _STREAM_KEYS:
        raise AdditionError("the security store lists something that is no plain stream")
    for key in item:
        if isinstance(item.raw_get(key), generic.IndirectObject):
            raise AdditionError("an item of the security store points elsewhere")
    try:
        read(bytes(item.data))
    except (ValueError, TypeError, KeyError) as error:
        raise AdditionError("an item of the security store cannot be read") from error


def _listed(store: Any, name: str) -> Iterator[Any]:
    listed: Any = _entry(store, name, generic.ArrayObject())
    if not isinstance(listed, generic.ArrayObject):
        raise AdditionError(f"{name} of the security store is no array")
    yield from _references(listed)


def _entry(dictionary: Any, name: str, default: Any) -> Any:
    """Return what an entry refers to; ``get`` of pyHanko's dictionaries returns references."""
    try:
        return dictionary[name]
    except KeyError:
        return default


def _references(array: Any) -> list[Any]:
    return [array.raw_get(index) for index in range(len(array))]


def _is_fresh(reference: Any, fresh: set[int]) -> bool:
    return isinstance(reference, generic.IndirectObject) and reference.idnum in fresh
