"""Reads what one incremental update changes, and refuses everything that no signature needs.

A general difference analysis (pyHanko's is the second opinion in the tests) walks the whole
document once per revision. Our documents need no such generality: after the first signature an
update may do only what ETSI EN 319 142-1 and our own writers do, so it is enough to look at the
few objects that the update itself brings. Everything that is not on the list below is a
violation, whatever it might do.

An update may:

1. fill an empty signature field of the form: ``/V``, ``/AP``, ``/F``;
2. set ``/SigFlags`` of the form, and append the field of one document time-stamp to ``/Fields``;
3. set ``/Perms``, ``/Extensions`` and ``/Version`` of the catalog, and add to ``/DSS``;
4. bring new objects that hang on these entries and on nothing else, and that nothing in the
   earlier bytes could already have pointed to (a dormant reference is how a shadow attack wakes);
5. bring its own cross-reference and object streams.

What a document time-stamp and the security store may look like is said in
:mod:`preserve.verify.additions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from preserve.verify.additions import (
    AdditionError,
    added_field,
    check_store,
    is_document_timestamp,
)

_FIELD_KEYS = {"/V", "/AP", "/F"}
_FORM_KEYS = {"/SigFlags", "/Fields"}
_CATALOG_KEYS = {"/Perms", "/DSS", "/Extensions", "/Version"}
_CONTAINERS = {"/XRef", "/ObjStm"}
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+R(?![A-Za-z])")
_MAX_DEPTH = 16
"""Depth of the objects that hang on a signature or its appearance; ours have four levels."""


@dataclass(frozen=True, slots=True)
class Update:
    """What an allowed update does."""

    filled: tuple[str, ...]
    """Names of the signature fields that it fills."""
    validation_data: bool
    """It adds to the document security store."""
    timestamped: bool = False
    """It adds a document time-stamp."""


class ViolationError(Exception):
    """An update does something that no signature needs; the text says what, for the tests."""


class History:
    """The revisions of a document, with the references that each one's bytes hold."""

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self._fields = _field_numbers(reader)
        self._pointed_to: dict[int, frozenset[int]] = {}

    def examine(self, revision: int) -> Update:
        """Examine the update that leads to ``revision``, 1 for the first one.

        Raises:
            ViolationError: the update does something that is not on the list.
        """
        old = self._reader.get_historical_resolver(revision - 1)
        new = self._reader.get_historical_resolver(revision)
        xrefs = self._reader.xrefs
        if xrefs.refs_freed_in_revision(revision):
            raise ViolationError("an object is freed")
        _compare_trailers(old, new)
        references = xrefs.explicit_refs_in_revision(revision)
        if any(reference.generation != 0 for reference in references):
            # Readers disagree about which generation of an object a reference means.
            raise ViolationError("an object has another generation than 0")
        brought = {reference.idnum for reference in references}
        replaced = {number for number in brought if _existed(self._reader, number, revision - 1)}
        fresh = brought - replaced
        try:
            filled, roots = self._judge_replaced(replaced, fresh, old, new)
        except AdditionError as error:
            raise ViolationError(str(error)) from error
        woken = fresh & self._referenced_before(revision)
        if woken:
            raise ViolationError(f"objects {sorted(woken)} were pointed to before they existed")
        loose = fresh - set(_reachable(roots, fresh)) - _containers(new, fresh)
        if loose:
            raise ViolationError(f"objects {sorted(loose)} hang on nothing that is allowed")
        named = {name for name, _ in roots}
        return Update(tuple(filled), "/DSS" in named, timestamped="/Fields" in named)

    def _judge_replaced(
        self,
        numbers: set[int],
        fresh: set[int],
        old: HistoricalResolver,
        new: HistoricalResolver,
    ) -> tuple[list[str], list[tuple[str, Any]]]:
        """Return the fields filled and the entries on which new objects may hang."""
        filled: list[str] = []
        roots: list[tuple[str, Any]] = []
        catalog = new.root_ref.idnum
        form = old.root.raw_get("/AcroForm") if "/AcroForm" in old.root else None
        form_number = form.idnum if isinstance(form, generic.IndirectObject) else None
        for number in sorted(numbers):
            before, after = (_dictionary(one, number) for one in (old, new))
            if number in self._fields:
                if "/V" in before:
                    raise ViolationError(f"field {number} was signed already")
                roots += _changed(before, after, _FIELD_KEYS)
                if is_document_timestamp(after["/V"]):
                    raise ViolationError(f"a document time-stamp fills field {number}")
                filled.append(self._fields[number])
            elif number == catalog:
                # A certification is stated once; what is stated already may not change.
                kept = {"/Perms"} & set(before)
                changed = _changed(before, after, (_CATALOG_KEYS - kept) | {"/AcroForm"})
                roots += changed
                if any(name == "/DSS" for name, _ in changed) or "/DSS" in before:
                    check_store(before, after, fresh)
                if form_number is None and form is not None:
                    roots += _changed_form(form, after["/AcroForm"], fresh)
                elif _encoded(before, "/AcroForm") != _encoded(after, "/AcroForm"):
                    raise ViolationError("the form is replaced")
            elif number == form_number:
                roots += _changed_form(before, after, fresh)
            else:
                raise ViolationError(f"object {number} is replaced")
        return filled, [root for root in roots if root[0] != "/AcroForm"]

    def _referenced_before(self, revision: int) -> frozenset[int]:
        numbers: frozenset[int] = frozenset()
        for earlier in range(revision):
            if earlier not in self._pointed_to:
                self._pointed_to[earlier] = self._references_of(earlier)
            numbers |= self._pointed_to[earlier]
        return numbers

    def _references_of(self, revision: int) -> frozenset[int]:
        """Return every object number that the bytes of one revision point to."""
        xrefs = self._reader.xrefs
        start = 0 if revision == 0 else xrefs.get_xref_container_info(revision - 1).end_location
        end = xrefs.get_xref_container_info(revision).end_location
        self._reader.stream.seek(start)
        texts = [self._reader.stream.read(end - start)]
        reader: Any = self._reader
        streams = reader.xrefs.object_streams_used_in(revision)
        texts += [reader.get_object(reference, revision).data for reference in streams]
        return frozenset(int(found) for text in texts for found in _REFERENCE.findall(text))


def _field_numbers(reader: PdfFileReader) -> Mapping[int, str]:
    """Map the object number of each signature field to its name; ours stand in one flat list."""
    if "/AcroForm" not in reader.root or "/Fields" not in reader.root["/AcroForm"]:
        return {}
    fields: Any = reader.root["/AcroForm"]["/Fields"]
    references: list[Any] = [fields.raw_get(index) for index in range(len(fields))]
    return {
        reference.idnum: str(_resolve(reference).get("/T", ""))
        for reference in references
        if isinstance(reference, generic.IndirectObject)
        and _resolve(reference).get("/FT") == "/Sig"
    }


def _compare_trailers(old: HistoricalResolver, new: HistoricalResolver) -> None:
    for key in ("/Root", "/Info", "/Encrypt"):
        before, after = (_encoded(one.trailer_view, key) for one in (old, new))
        if before != after:
            raise ViolationError(f"the trailer's {key} changes")
    if old.document_id[0] != new.document_id[0]:
        raise ViolationError("the file identifier changes")


def _existed(reader: PdfFileReader, number: int, revision: int) -> bool:
    try:
        reference = generic.Reference(number, 0, reader)
        return bool(reader.xrefs.get_introducing_revision(reference) <= revision)
    except KeyError:
        return False


def _dictionary(resolver: HistoricalResolver, number: int) -> generic.DictionaryObject:
    found = resolver.get_object(generic.Reference(number, 0, resolver))
    if not isinstance(found, generic.DictionaryObject) or isinstance(found, generic.StreamObject):
        raise ViolationError(f"object {number} is replaced")
    return found


def _changed(
    before: generic.DictionaryObject, after: generic.DictionaryObject, allowed: set[str]
) -> list[tuple[str, Any]]:
    """Return the entries that differ, all of which must be allowed."""
    differing = [
        key
        for key in sorted(set(before) | set(after))
        if _encoded(before, key) != _encoded(after, key)
    ]
    if not set(differing) <= allowed | {"/AcroForm"} & allowed:
        raise ViolationError(f"entries {differing} change")
    return [(str(key), after.raw_get(key)) for key in differing if key in after]


def _changed_form(before: Any, after: Any, fresh: set[int]) -> list[tuple[str, Any]]:
    """Return the field of the document time-stamp that was added to a form, if any."""
    changed = _changed(before, after, _FORM_KEYS)
    if not any(name == "/Fields" for name, _ in changed):
        return []
    return [("/Fields", added_field(before["/Fields"], after["/Fields"], fresh))]


def _encoded(dictionary: generic.DictionaryObject, key: str) -> bytes | None:
    if key not in dictionary:
        return None
    output = BytesIO()
    dictionary.raw_get(key).write_to_stream(output, None)
    return output.getvalue()


def _reachable(roots: list[tuple[str, Any]], fresh: set[int]) -> Iterator[int]:
    """Yield the new objects that hang on the given entries, each once."""
    seen: set[int] = set()
    pending: list[tuple[Any, int]] = [(value, 0) for _, value in roots]
    while pending:
        value, depth = pending.pop()
        if depth > _MAX_DEPTH:
            raise ViolationError("objects are nested too deeply")
        if isinstance(value, generic.IndirectObject):
            if value.idnum not in fresh or value.idnum in seen:
                continue
            seen.add(value.idnum)
            yield value.idnum
            value = _resolve(value)
        if isinstance(value, generic.DictionaryObject):
            pending += [(value.raw_get(key), depth + 1) for key in value]
        elif isinstance(value, generic.ArrayObject):
            pending += [(value.raw_get(index), depth + 1) for index in range(len(value))]


def _containers(new: HistoricalResolver, fresh: set[int]) -> set[int]:
    """Return the cross-reference and object streams among the new objects."""
    found = set()
    for number in fresh:
        value = new.get_object(generic.Reference(number, 0, new))
        if isinstance(value, generic.StreamObject) and value.get("/Type") in _CONTAINERS:
            found.add(number)
    return found


def _resolve(reference: Any) -> Any:
    return reference.get_object()
