"""Attacks on a really signed transcript: none of them is ever accepted.

Classes: edits appended after signing, signature wrapping, universal forgery, incremental saving,
overlapping ranges, copied time-stamps, planted fields, stripped signatures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from preserve.model.verification import Indication
from preserve.verify.document import verify_document

_RANGE = re.compile(rb"/ByteRange \[[^\]]*\]")
SIGNATURES = 3


@dataclass(frozen=True)
class Attack:
    """How a good file is turned into a bad one, and what must be said about it."""

    forge: Callable[[bytes], bytes]
    check: str


def update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Append a revision that ``change`` makes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def edit_page(writer: IncrementalPdfFileWriter) -> None:
    """Replace the content of the first page."""
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.mark_update(page.container_ref)


def add_note(writer: IncrementalPdfFileWriter) -> None:
    """Put a note over the first page."""
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                generic.NumberObject(value) for value in (10, 10, 300, 300)
            ),
            generic.pdf_name("/Contents"): generic.pdf_string("10,0"),
        }
    )
    page = writer.root["/Pages"]["/Kids"][0]
    annotations = page.get("/Annots", generic.ArrayObject())
    page["/Annots"] = generic.ArrayObject([*annotations, writer.add_object(note)])
    writer.mark_update(page.container_ref)


def remove_page(writer: IncrementalPdfFileWriter) -> None:
    """Drop the last page."""
    pages = writer.root["/Pages"]
    kids = [pages["/Kids"].raw_get(index) for index in range(len(pages["/Kids"]))]
    pages["/Kids"] = generic.ArrayObject(kids[:-1])
    pages["/Count"] = generic.NumberObject(len(kids) - 1)
    writer.mark_update(pages.container_ref)


def repeat_field(writer: IncrementalPdfFileWriter) -> None:
    """List the first signature field twice."""
    form = writer.root["/AcroForm"]
    fields = form["/Fields"]
    items = [fields.raw_get(index) for index in range(len(fields))]
    form["/Fields"] = generic.ArrayObject([*items, items[0]])
    writer.update_container(form)
    if fields.container_ref is not None:
        writer.mark_update(fields.container_ref)


def strip_signature(writer: IncrementalPdfFileWriter) -> None:
    """Empty the field of the last signature."""
    fields = writer.root["/AcroForm"]["/Fields"]
    field = fields[len(fields) - 1]
    del field["/V"]
    writer.update_container(field)


def swap_signatures(writer: IncrementalPdfFileWriter) -> None:
    """Point the first field at the second field's signature."""
    fields = writer.root["/AcroForm"]["/Fields"]
    fields[0]["/V"] = fields[1].raw_get("/V")
    writer.update_container(fields[0])


def change_title(writer: IncrementalPdfFileWriter) -> None:
    """Change the title in the document information."""
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("X")}))


def plant_action(writer: IncrementalPdfFileWriter) -> None:
    """Run something when the file is opened."""
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {generic.pdf_name("/S"): generic.pdf_name("/Named")}
    )
    writer.update_root()


def plant_attachment(writer: IncrementalPdfFileWriter) -> None:
    """Add a second record to the tree of embedded files."""
    tree = writer.root["/Names"]["/EmbeddedFiles"]
    names = tree["/Names"]
    items = [names.raw_get(index) for index in range(len(names))]
    tree["/Names"] = generic.ArrayObject([*items, *items[:2]])
    writer.update_container(tree)


def truncate_to(revisions: int) -> Callable[[bytes], bytes]:
    """Cut the file back to an earlier, honestly signed state."""

    def cut(pdf: bytes) -> bytes:
        ends = [match.end() for match in re.finditer(rb"%%EOF\r?\n?", pdf)]
        return pdf[: ends[revisions]]

    return cut


def literal_contents(pdf: bytes) -> bytes:
    """Spell the last ``/Contents`` as a literal string of the same length."""
    start, end = gap(pdf, SIGNATURES - 1)
    return pdf[:start] + b"(" + pdf[start + 1 : end - 1] + b")" + pdf[end:]


def rename_range(pdf: bytes) -> bytes:
    """Hide the last byte range behind another key of the same length."""
    place = pdf.rindex(b"/ByteRange")
    return pdf[:place] + b"/BiteRange" + pdf[place + 10 :]


def escape_range(pdf: bytes) -> bytes:
    """Leave the good signatures and plant one more dictionary under an escaped key."""
    extra = b"\n9999 0 obj\n<< /#42yteRange [0 1 2 3] >>\nendobj\n"
    return pdf + extra + pdf[pdf.rindex(b"startxref") :]


def append_without_xref(pdf: bytes) -> bytes:
    """Incremental saving attack: an object without a cross-reference section."""
    return pdf + b"\n5 0 obj\n<< /Type /Page >>\nendobj\n"


def append_with_old_xref(pdf: bytes) -> bytes:
    """Incremental saving attack: an object, then the old end of the file again."""
    return append_without_xref(pdf) + pdf[pdf.rindex(b"startxref") :]


def gap(pdf: bytes, place: int) -> tuple[int, int]:
    """Return start and end of the hexadecimal string of one signature."""
    match = list(_RANGE.finditer(pdf))[place]
    _, start, end, _ = (int(number) for number in re.findall(rb"\d+", match[0]))
    return start, end


def copy_timestamp(pdf: bytes) -> bytes:
    """Put the time-stamp of the first signature onto the last one."""
    first, last = gap(pdf, 0), gap(pdf, SIGNATURES - 1)
    donor = cms.ContentInfo.load(bytes.fromhex(pdf[first[0] + 1 : first[1] - 1].decode()))
    victim = cms.ContentInfo.load(bytes.fromhex(pdf[last[0] + 1 : last[1] - 1].decode()))
    attributes = donor["content"]["signer_infos"][0]["unsigned_attrs"]
    victim["content"]["signer_infos"][0]["unsigned_attrs"] = attributes
    # Without force: writing every nested element anew takes minutes.
    encoded: bytes = victim.dump().hex().encode()
    room = last[1] - last[0] - 2
    assert len(encoded) <= room
    return pdf[: last[0] + 1] + encoded.ljust(room, b"0") + pdf[last[1] - 1 :]


def fill_padding(pdf: bytes) -> bytes:
    """Hide bytes in the padding of the last signature."""
    _, end = gap(pdf, SIGNATURES - 1)
    return pdf[: end - 5] + b"beef" + pdf[end - 1 :]


def garbage_before_header(pdf: bytes) -> bytes:
    """Shift everything by some bytes."""
    return b"GARBAGE\n" + pdf


def rewrite(pdf: bytes) -> bytes:
    """Save the whole file anew: same look, no signed byte where it was."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


ATTACKS = {
    "page-edited": Attack(lambda pdf: update(pdf, edit_page), "SIG-MODIFIED"),
    "note-added": Attack(lambda pdf: update(pdf, add_note), "SIG-MODIFIED"),
    "page-removed": Attack(lambda pdf: update(pdf, remove_page), "SIG-MODIFIED"),
    "field-repeated": Attack(lambda pdf: update(pdf, repeat_field), "SIG-AFTER-END"),
    "signature-emptied": Attack(lambda pdf: update(pdf, strip_signature), "SIG-ROLE-MISSING"),
    "signatures-swapped": Attack(lambda pdf: update(pdf, swap_signatures), "SIG-MODIFIED"),
    "title-changed": Attack(lambda pdf: update(pdf, change_title), "SIG-MODIFIED"),
    "action-planted": Attack(lambda pdf: update(pdf, plant_action), "PDF-HIDDEN"),
    "record-planted": Attack(lambda pdf: update(pdf, plant_attachment), "CMP-RECORD-REPEATED"),
    "cut-to-two-signatures": Attack(truncate_to(2), "SIG-ROLE-MISSING"),
    "cut-to-one-signature": Attack(truncate_to(1), "SIG-ROLE-MISSING"),
    "cut-to-none": Attack(truncate_to(0), "SIG-ROLE-MISSING"),
    "contents-literal": Attack(literal_contents, "PDF-MALFORMED"),
    "range-renamed": Attack(rename_range, "PDF-MALFORMED"),
    "range-escaped": Attack(escape_range, "SIG-ENUMERATION"),
    "object-without-xref": Attack(append_without_xref, "SIG-AFTER-END"),
    "object-with-old-xref": Attack(append_with_old_xref, "SIG-AFTER-END"),
    "timestamp-copied": Attack(copy_timestamp, "SIG-TIMESTAMP-INVALID"),
    "padding-filled": Attack(fill_padding, "SIG-CMS"),
    "garbage-before-header": Attack(garbage_before_header, "PDF-MALFORMED"),
    "empty-file": Attack(lambda _: b"", "PDF-MALFORMED"),
    "half-a-file": Attack(lambda pdf: pdf[: len(pdf) // 2], "PDF-MALFORMED"),
    "rewritten-by-qpdf": Attack(rewrite, "SIG-DIGEST"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_named_and_never_accepted(world: Any, signed: bytes, name: str) -> None:
    """The forged file differs, is not accepted, and the finding says what was done."""
    forged = ATTACKS[name].forge(signed)
    assert forged != signed
    report = verify_document(forged, "a.pdf", world.context)
    found = {f.check for f in report.findings if f.indication is not Indication.TOTAL_PASSED}
    assert report.indication is not Indication.TOTAL_PASSED
    assert ATTACKS[name].check in found


def range_variants() -> dict[str, Callable[[list[int]], list[int]]]:
    """Ways to bend the four numbers of a byte range."""
    return {
        "starts-late": lambda n: [1, n[1] - 1, n[2], n[3]],
        "gap-starts-early-by-1": lambda n: [0, n[1] - 1, n[2], n[3]],
        "gap-starts-early-by-100": lambda n: [0, n[1] - 100, n[2], n[3]],
        "gap-starts-late-by-1": lambda n: [0, n[1] + 1, n[2], n[3]],
        "gap-starts-late-by-2": lambda n: [0, n[1] + 2, n[2], n[3]],
        "gap-ends-early-by-1": lambda n: [0, n[1], n[2] - 1, n[3] + 1],
        "gap-ends-early-by-2": lambda n: [0, n[1], n[2] - 2, n[3] + 2],
        "gap-ends-late-by-1": lambda n: [0, n[1], n[2] + 1, n[3] - 1],
        "gap-ends-late-by-50": lambda n: [0, n[1], n[2] + 50, n[3] - 50],
        "end-short-by-1": lambda n: [0, n[1], n[2], n[3] - 1],
        "end-short-by-7": lambda n: [0, n[1], n[2], n[3] - 7],
        "end-short-by-100": lambda n: [0, n[1], n[2], n[3] - 100],
        "end-long-by-1": lambda n: [0, n[1], n[2], n[3] + 1],
        "end-far-beyond": lambda n: [0, n[1], n[2], n[3] + 100000],
        "three-numbers": lambda n: n[:3],
        "five-numbers": lambda n: [*n, 0],
        "six-numbers": lambda n: [*n, 0, 0],
        "empty": lambda _: [],
        "zero": lambda _: [0, 0, 0, 0],
        "negative": lambda n: [0, n[1], n[2], -n[3]],
    }


@pytest.mark.parametrize("place", range(SIGNATURES))
@pytest.mark.parametrize("variant", range_variants())
def test_a_bent_byte_range_is_never_accepted(
    world: Any, signed: bytes, place: int, variant: str
) -> None:
    """Whatever four numbers become, for each of the three signatures: TOTAL_FAILED."""
    match = list(_RANGE.finditer(signed))[place]
    numbers = [int(number) for number in re.findall(rb"\d+", match[0])]
    bent = " ".join(str(number) for number in range_variants()[variant](numbers)).encode()
    text = (b"/ByteRange [" + bent + b"]").ljust(len(match[0]))[: max(len(match[0]), 0)]
    forged = signed[: match.start()] + text + signed[match.end() :]
    report = verify_document(forged, "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_FAILED


def test_a_fourth_signature_after_the_lock_fails(world: Any, signed: bytes) -> None:
    """A certificate holder adds a field and signs it: the seal's lock is broken."""
    from pyhanko.sign import fields, signers

    code = "GV01"
    path = Path(world.authority.key_uri(code).removeprefix("pkcs12:"))
    secret = world.authority.passphrase(code).encode()
    signer = signers.SimpleSigner.load_pkcs12_data(path.read_bytes(), (), secret)
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    fields.append_signature_field(writer, fields.SigFieldSpec("HOMEROOM_9999-9999"))
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(
        field_name="HOMEROOM_9999-9999",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    signers.PdfSigner(meta, signer).sign_pdf(writer, output=out)
    report = verify_document(out.getvalue(), "a.pdf", world.context)
    found = {f.check for f in report.findings if f.indication is Indication.TOTAL_FAILED}
    assert {"SIG-LOCK-BROKEN", "SIG-FIELD-FOREIGN", "CMP-FIELDS"} & found
    assert "SIG-FIELD-FOREIGN" in found


def test_the_reader_is_the_one_that_was_attacked(signed: bytes) -> None:
    """The good file has three revisions after the drawn one: the attacks hit real signatures."""
    assert PdfFileReader(io.BytesIO(signed)).total_revisions == SIGNATURES + 1
