"""Opens a document with two parsers and keeps what both say; nothing is judged here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from preserve.verify import hex_strings

hex_strings.install()

_MAX_TREE_DEPTH = 32
"""Depth of field and name trees; ours have two levels."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a parser sees of a document, for the comparison with the other parser."""

    pages: tuple[tuple[int, ...], ...]
    """Per page: object number of the page and of its content streams."""
    fields: tuple[str, ...]
    """Names of all form fields, sorted."""
    annotations: int
    attachments: tuple[str, ...]
    """Names in the tree of embedded files, in its order."""
    signature_dictionaries: int | None
    """How many dictionaries have a ``/ByteRange``; ``None`` when the parser did not look."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One embedded file; its bytes are decoded only when asked for."""

    name: str
    stream: generic.StreamObject

    @property
    def content(self) -> bytes:
        """The decoded bytes, within the reader's decode limits."""
        return bytes(self.stream.data)


@dataclass(frozen=True, slots=True)
class SignedField:
    """A filled signature field."""

    name: str
    embedded: EmbeddedPdfSignature
    offset: int
    """Where the object of the signature dictionary begins; -1 inside an object stream."""

    @property
    def claims_document_timestamp(self) -> bool:
        """Whether the dictionary says that it is a time-stamp of the document."""
        return bool(self.embedded.sig_object.get("/Type") == "/DocTimeStamp")


@dataclass(frozen=True, slots=True)
class ValidationStore:
    """Certificates, revocation lists and OCSP responses that a document brings along, DER."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as pyHanko reads it."""

    reader: PdfFileReader
    outline: Outline
    signature_fields: tuple[str, ...]
    """Names of all signature fields, filled or not."""
    signed: tuple[SignedField, ...]
    """Filled signature fields in the order of their revisions."""
    attachments: tuple[Attachment, ...]
    has_hidden_parts: bool
    """Optional content, an annotation that is no form field, or an action at opening."""

    @property
    def signatures(self) -> tuple[SignedField, ...]:
        """The filled fields that are somebody's signature."""
        return tuple(field for field in self.signed if field not in self.timestamps)

    @property
    def timestamps(self) -> tuple[SignedField, ...]:
        """The document time-stamps; what stands before the first signature is never one."""
        signing = [f for f in self.signed if not f.claims_document_timestamp]
        first = signing[0].embedded.signed_revision if signing else len(self.signed)
        return tuple(
            field
            for field in self.signed
            if field.claims_document_timestamp and field.embedded.signed_revision > first
        )

    @property
    def store(self) -> ValidationStore:
        """What the document security store lists; nothing of it is judged or trusted."""
        listed = [_listed(self.reader.root, name) for name in ("/Certs", "/CRLs", "/OCSPs")]
        return ValidationStore(
            *(tuple(bytes(one.get_object().data) for one in part) for part in listed)
        )

    def attachment_spans(self, pdf: bytes) -> tuple[tuple[int, int], ...]:
        """Return where the streams of the embedded files lie in the bytes."""
        spans = []
        for attachment in self.attachments:
            raw = bytes(attachment.stream.encoded_data)
            start = pdf.find(raw) if raw else -1
            if start >= 0:
                spans.append((start, start + len(raw)))
        return tuple(spans)


def parse_document(pdf: bytes) -> ParsedDocument:
    """Read a document with pyHanko; raises whatever that reader raises."""
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.xrefs.hybrid_xrefs_present:
        # Readers choose differently between the two tables of a hybrid file.
        raise ValueError("hybrid cross-reference sections")
    root = reader.root
    fields = tuple(_walk_fields(_fields_of(root), "", 0))
    pages = tuple(_walk_pages(root["/Pages"], 0))
    annotations = [
        annotation.get_object() for _, page in pages for annotation in page.get("/Annots", ())
    ]
    attachments = tuple(_walk_names(_names_of(root), 0))
    signature_fields = [(name, field) for name, field in fields if field.get("/FT") == "/Sig"]
    filled = [(name, field) for name, field in signature_fields if "/V" in field]
    signed = [_signed_field(reader, name, field) for name, field in filled]
    return ParsedDocument(
        reader=reader,
        outline=Outline(
            pages=tuple(_page_numbers(number, page) for number, page in pages),
            fields=tuple(sorted(name for name, _ in fields)),
            annotations=len(annotations),
            attachments=tuple(attachment.name for attachment in attachments),
            signature_dictionaries=None,
        ),
        signature_fields=tuple(name for name, _ in signature_fields),
        signed=tuple(sorted(signed, key=lambda field: field.embedded.signed_revision)),
        attachments=attachments,
        has_hidden_parts=_has_hidden_parts(root, annotations),
    )


def outline_by_second_parser(pdf: bytes) -> Outline:
    """Read a document with qpdf, without its repairs; raises whatever that reader raises."""
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
        outline = Outline(
            pages=tuple(_qpdf_page(page.obj) for page in document.pages),
            fields=tuple(sorted(_qpdf_fields(document.Root))),
            annotations=sum(len(page.obj.get("/Annots", [])) for page in document.pages),
            attachments=tuple(_qpdf_names(document.Root)),
            signature_dictionaries=sum(1 for one in document.objects if _is_signature(one)),
        )
        if document.get_warnings():
            raise ValueError("qpdf warns")
    return outline


def is_encrypted(parsed: ParsedDocument) -> bool:
    """Tell whether the file carries an encryption dictionary."""
    return bool(parsed.reader.encrypted)


def _signed_field(reader: PdfFileReader, name: str, field: generic.DictionaryObject) -> SignedField:
    embedded = EmbeddedPdfSignature(reader, field, name)
    reference = field.raw_get("/V")
    if not isinstance(reference, generic.IndirectObject):
        return SignedField(name, embedded, -1)
    offset = reader.xrefs[reference.reference]
    return SignedField(name, embedded, offset if isinstance(offset, int) else -1)


def _fields_of(root: generic.DictionaryObject) -> Any:
    return root["/AcroForm"].get("/Fields", ()) if "/AcroForm" in root else ()


def _listed(root: generic.DictionaryObject, name: str) -> Any:
    """Return what the security store lists under a name."""
    try:
        return root["/DSS"][name]
    except KeyError:
        return ()


def _walk_fields(
    fields: Any, prefix: str, depth: int
) -> Iterator[tuple[str, generic.DictionaryObject]]:
    if depth > _MAX_TREE_DEPTH:
        raise ValueError("field tree too deep")
    for entry in fields:
        field = entry.get_object()
        name = f"{prefix}.{field['/T']}" if prefix and "/T" in field else field.get("/T", prefix)
        kids = [kid for kid in field.get("/Kids", ()) if "/T" in kid.get_object()]
        if kids:
            yield from _walk_fields(kids, str(name), depth + 1)
        else:
            yield str(name), field


def _walk_pages(node: Any, depth: int) -> Iterator[tuple[int, generic.DictionaryObject]]:
    if depth > _MAX_TREE_DEPTH:
        raise ValueError("page tree too deep")
    for kid in node["/Kids"]:
        page = kid.get_object()
        if page.get("/Type") == "/Pages":
            yield from _walk_pages(page, depth + 1)
        else:
            yield page.container_ref.idnum, page


def _page_numbers(number: int, page: generic.DictionaryObject) -> tuple[int, ...]:
    if "/Contents" not in page:
        return (number,)
    target: Any = page["/Contents"]
    if isinstance(target, generic.ArrayObject):
        parts = [target.raw_get(index) for index in range(len(target))]
        return (number, *(_number_of(part) for part in parts))
    return (number, _number_of(page.raw_get("/Contents")))


def _number_of(reference: Any) -> int:
    return int(reference.idnum)


def _names_of(root: generic.DictionaryObject) -> Any:
    names = root.get("/Names", {})
    return names.get("/EmbeddedFiles", {})


def _walk_names(node: Any, depth: int) -> Iterator[Attachment]:
    if depth > _MAX_TREE_DEPTH:
        raise ValueError("name tree too deep")
    names = node.get("/Names", ())
    for index in range(1, len(names), 2):
        specification = names[index]
        yield Attachment(str(specification["/UF"]), specification["/EF"]["/F"])
    for kid in node.get("/Kids", ()):
        yield from _walk_names(kid.get_object(), depth + 1)


def _has_hidden_parts(root: generic.DictionaryObject, annotations: list[Any]) -> bool:
    return any(key in root for key in ("/OCProperties", "/OpenAction", "/AA")) or any(
        annotation.get("/Subtype") != "/Widget" for annotation in annotations
    )


def _qpdf_page(page: pikepdf.Object) -> tuple[int, ...]:
    contents = page.get("/Contents")
    if contents is None:
        return (page.objgen[0],)
    parts = list(contents.as_list()) if isinstance(contents, pikepdf.Array) else [contents]
    return (page.objgen[0], *(part.objgen[0] for part in parts))


def _qpdf_fields(root: pikepdf.Object) -> Iterator[str]:
    form = root.get("/AcroForm")
    pending = [("", field, 0) for field in (form.get("/Fields", []) if form is not None else [])]
    while pending:
        prefix, field, depth = pending.pop()
        if depth > _MAX_TREE_DEPTH:
            raise ValueError("field tree too deep")
        own = str(field["/T"]) if "/T" in field else ""
        name = f"{prefix}.{own}" if prefix and own else own or prefix
        kids = [kid for kid in field.get("/Kids", []) if "/T" in kid]
        if not kids:
            yield name
        pending.extend((name, kid, depth + 1) for kid in kids)


def _qpdf_names(root: pikepdf.Object) -> Iterator[str]:
    names = root.get("/Names")
    tree = names.get("/EmbeddedFiles") if names is not None else None
    pending = [(tree, 0)] if tree is not None else []
    while pending:
        node, depth = pending.pop(0)
        if depth > _MAX_TREE_DEPTH:
            raise ValueError("name tree too deep")
        entries = list(node.get("/Names", []))
        yield from (str(specification["/UF"]) for specification in entries[1::2])
        pending.extend((kid, depth + 1) for kid in node.get("/Kids", []))


def _is_signature(candidate: pikepdf.Object) -> bool:
    return isinstance(candidate, pikepdf.Dictionary) and "/ByteRange" in candidate
