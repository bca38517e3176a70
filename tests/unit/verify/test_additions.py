"""What may follow the last signature: validation data, document time-stamps, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from preserve.model.verification import Indication
from preserve.sign import augment, dss
from preserve.sign.augment import timestamp_pdf
from preserve.sign.dss import Evidence, augment_pdf
from preserve.sign.engine import QuietWriter
from preserve.trust.store import load_trust
from preserve.verify.document import verify_document
from preserve.verify.embedded import read_claims
from preserve.verify.parsing import parse_document
from preserve.verify.revisions import History, ViolationError
from preserve.verify.tail import updates_lie_plain
from tests.unit.verify.conftest import SIGNED_AT

STAMPED_AT = SIGNED_AT + timedelta(days=1)
Plant = Callable[[Any], None]
_name = generic.pdf_name


def revisions(pdf: bytes) -> int:
    """Count the revisions of a file."""
    return int(PdfFileReader(io.BytesIO(pdf)).xrefs.total_revisions)


def failures(world: Any, pdf: bytes) -> set[str]:
    """Return the checks that a file fails; the verdict must be that it failed."""
    report = verify_document(pdf, "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_FAILED
    return {f.check for f in report.findings if f.indication is Indication.TOTAL_FAILED}


@pytest.fixture(scope="module")
def evidence(world: Any) -> Evidence:
    """Give everything that the verifier's folder holds."""
    trust = load_trust(world.trust_folder)
    return Evidence((*trust.anchors, *trust.certificates), trust.crls)


@pytest.fixture(scope="module")
def augmented(signed: bytes, evidence: Evidence) -> bytes:
    """Give a transcript at level B-LT."""
    return augment_pdf(signed, evidence)


@pytest.fixture(scope="module")
def stamped(world: Any, augmented: bytes) -> bytes:
    """Give a transcript at level B-LTA."""
    return timestamp_pdf(augmented, world.authority.timestamper(STAMPED_AT))


def test_a_locked_transcript_passes_at_both_levels(
    world: Any, augmented: bytes, stamped: bytes
) -> None:
    """The seal's lock allows validation data and a document time-stamp, and so does the verdict."""
    for pdf in (augmented, stamped):
        report = verify_document(pdf, "a.pdf", world.context)
        assert report.indication is Indication.TOTAL_PASSED, report.findings
    stated = {f.subject: f for f in report.findings if f.check == "SIG-DOCUMENT-TIMESTAMP"}
    assert list(stated) == ["a.pdf#DOCTIMESTAMP_1"]
    assert dict(stated["a.pdf#DOCTIMESTAMP_1"].parameters)["time"] == STAMPED_AT.isoformat()


def test_both_additions_can_be_repeated(world: Any, stamped: bytes, evidence: Evidence) -> None:
    """Years later new data and a new time-stamp follow the old ones."""
    newer = Evidence(crls=(*evidence.crls, _newer_list(world)))
    more = timestamp_pdf(augment_pdf(stamped, newer), world.authority.timestamper(STAMPED_AT))
    assert revisions(more) == revisions(stamped) + 2
    report = verify_document(more, "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_PASSED, report.findings
    history = History(PdfFileReader(io.BytesIO(more)))
    last = revisions(more) - 1
    assert history.examine(last - 1).validation_data
    assert history.examine(last).timestamped
    assert not history.examine(last).filled


def _newer_list(world: Any) -> bytes:
    world.authority.publish_crls(STAMPED_AT)
    newest = max((world.authority.folder / "crls").glob("*issuing*"))
    return bytes(newest.read_bytes())


def test_time_stamps_are_no_signatures_of_the_form(signed: bytes, stamped: bytes) -> None:
    """Who reads what is signed and what is missing sees the same names as before."""
    assert read_claims(stamped).fields == read_claims(signed).fields
    assert read_claims(stamped).filled == read_claims(signed).filled
    parsed = parse_document(stamped)
    assert [field.name for field in parsed.timestamps] == ["DOCTIMESTAMP_1"]
    assert len(parsed.signatures) == 3


def test_revocation_lists_inside_the_document_count(
    world: Any, signed: bytes, augmented: bytes
) -> None:
    """A verifier with anchors alone can tell with what the document brings along."""
    from dataclasses import replace

    bare = replace(world.context.trust, certificates=(), crls=())
    context = replace(world.context, trust=bare)
    assert verify_document(signed, "a", context).indication is Indication.INDETERMINATE
    assert verify_document(augmented, "a", context).indication is Indication.TOTAL_PASSED


# -- planted in the revision of the security store --------------------------------------------


def edit_page(writer: Any) -> None:
    """Replace what the first page shows."""
    page = writer.root["/Pages"]["/Kids"][0]
    page[_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.mark_update(page.container_ref)


def _more_of(key: str) -> Plant:
    def plant(writer: Any) -> None:
        item = writer.add_object(generic.StreamObject(stream_data=b"0 0 m"))
        writer.root["/DSS"][_name(key)] = generic.ArrayObject([item])

    return plant


def _page_as_certificate(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    writer.root["/DSS"]["/Certs"].append(page)


def _dressed_item(writer: Any) -> None:
    writer.root["/DSS"]["/Certs"][-1][_name("/Subtype")] = _name("/Form")


def _foreign_item(writer: Any) -> None:
    item = generic.StreamObject(stream_data=b"BT (10,0) Tj ET")
    writer.root["/DSS"]["/Certs"].append(writer.add_object(item))


def _trailing_item(writer: Any) -> None:
    item = writer.root["/DSS"]["/Certs"][0]
    more = generic.StreamObject(stream_data=bytes(item.data) + b"BT ET")
    writer.root["/DSS"]["/Certs"].append(writer.add_object(more))


def _loose_object(writer: Any) -> None:
    writer.add_object(generic.pdf_string("dormant"))


STORE_ATTACKS: dict[str, Plant] = {
    "page-edit": edit_page,
    "another-list": _more_of("/Images"),
    "vri": _more_of("/VRI"),
    "old-object": _page_as_certificate,
    "dressed-item": _dressed_item,
    "foreign-item": _foreign_item,
    "trailing-bytes": _trailing_item,
    "loose-object": _loose_object,
}


@pytest.mark.parametrize("name", STORE_ATTACKS)
def test_nothing_hides_in_the_revision_of_the_store(
    world: Any, signed: bytes, evidence: Evidence, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A forged store, or an edit beside a good one, fails the document."""

    class Planting(QuietWriter):
        def write_in_place(self) -> None:
            STORE_ATTACKS[name](self)
            super().write_in_place()  # type: ignore[no-untyped-call]

    monkeypatch.setattr("preserve.sign.engine.QuietWriter", Planting)
    forged = dss.augment_pdf(signed, evidence)
    with pytest.raises(ViolationError):
        History(PdfFileReader(io.BytesIO(forged))).examine(revisions(forged) - 1)
    assert "SIG-MODIFIED" in failures(world, forged)


def test_a_store_that_loses_an_item_fails(world: Any, augmented: bytes) -> None:
    """Evidence that was there once stays there."""
    output = io.BytesIO(augmented)
    writer = QuietWriter(output)
    store = generic.DictionaryObject(writer.root["/DSS"])
    store[_name("/CRLs")] = generic.ArrayObject([writer.root["/DSS"]["/CRLs"].raw_get(0)])
    writer.root[_name("/DSS")] = writer.add_object(store)
    writer.update_root()  # type: ignore[no-untyped-call]
    writer.write_in_place()  # type: ignore[no-untyped-call]
    assert "SIG-MODIFIED" in failures(world, output.getvalue())


# -- planted in the revision of the time-stamp ------------------------------------------------


def _field(writer: Any) -> Any:
    fields = writer.root["/AcroForm"]["/Fields"]
    return fields[len(fields) - 1]


def _shown(writer: Any) -> None:
    _field(writer)[_name("/Rect")] = generic.ArrayObject(
        generic.NumberObject(n) for n in (0, 0, 600, 800)
    )


def _dressed(writer: Any) -> None:
    form = generic.StreamObject(stream_data=b"0 0 600 800 re f")
    appearance = {_name("/N"): writer.add_object(form)}
    _field(writer)[_name("/AP")] = generic.DictionaryObject(appearance)


def _named_like_a_signer(writer: Any) -> None:
    name = writer.root["/AcroForm"]["/Fields"][0]["/T"]
    _field(writer)[_name("/T")] = generic.pdf_string(str(name))


def _text_field(writer: Any) -> None:
    field = {_name("/FT"): _name("/Tx"), _name("/T"): generic.pdf_string("MARK")}
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(generic.DictionaryObject(field)))


def _other_order(writer: Any) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.insert(0, fields.pop())


def _ordinary_signature(writer: Any) -> None:
    _field(writer)["/V"][_name("/Type")] = _name("/Sig")


def _action(writer: Any) -> None:
    action = {_name("/S"): _name("/Named"), _name("/N"): _name("/Print")}
    _field(writer)[_name("/A")] = generic.DictionaryObject(action)


STAMP_ATTACKS: dict[str, Plant] = {
    "page-edit": edit_page,
    "rectangle": _shown,
    "appearance": _dressed,
    "signer's-name": _named_like_a_signer,
    "text-field": _text_field,
    "order": _other_order,
    "ordinary-signature": _ordinary_signature,
    "action": _action,
    "loose-object": _loose_object,
}


@pytest.mark.parametrize("name", STAMP_ATTACKS)
def test_nothing_hides_in_the_revision_of_a_time_stamp(
    world: Any, augmented: bytes, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A time-stamp that somebody really got over a changed document does not help it."""
    original = augment._add_field

    def plant(writer: Any, *arguments: Any) -> None:
        original(writer, *arguments)
        STAMP_ATTACKS[name](writer)

    monkeypatch.setattr(augment, "_add_field", plant)
    forged = timestamp_pdf(augmented, world.authority.timestamper(STAMPED_AT))
    with pytest.raises(ViolationError):
        History(PdfFileReader(io.BytesIO(forged))).examine(revisions(forged) - 1)
    assert "SIG-MODIFIED" in failures(world, forged)


def test_a_time_stamp_does_not_take_a_signers_place(world: Any) -> None:
    """The seal's own field stays the seal's: filled with a time-stamp it fails."""
    transcript = world.transcript()
    pdf = world.render(transcript)
    for place, signatory in enumerate(transcript.signatories[:2]):
        pdf = world.sign(pdf, signatory, certifies=place == 0)

    def into_the_seal(writer: Any, _: str, value: Any) -> None:
        field = writer.root["/AcroForm"]["/Fields"][2]
        field[_name("/V")] = value
        writer.update_container(field)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(augment, "_add_field", into_the_seal)
        forged = timestamp_pdf(pdf, world.authority.timestamper(STAMPED_AT))
    assert "SIG-MODIFIED" in failures(world, forged)


def test_a_copied_token_fails(world: Any, augmented: bytes, stamped: bytes) -> None:
    """A token over other bytes is no time-stamp of these."""
    other = timestamp_pdf(
        augmented + b"\n", world.authority.timestamper(STAMPED_AT + timedelta(hours=1))
    )
    (mine,), (theirs,) = (parse_document(one).timestamps for one in (stamped, other))
    digits = mine.embedded.pkcs7_content.hex().upper().encode()
    foreign = theirs.embedded.pkcs7_content.hex().upper().encode()
    length = len(foreign.rstrip(b"0")) // 2 * 2 + 2
    assert length < len(digits)
    forged = stamped.replace(digits, foreign[:length].ljust(len(digits), b"0"))
    assert forged != stamped
    assert failures(world, forged) == {"SIG-TIMESTAMP-INVALID"}


def test_a_stamped_document_takes_no_more_bytes(world: Any, stamped: bytes) -> None:
    """What is appended behind the last time-stamp is covered by nothing."""
    assert "SIG-AFTER-END" in failures(world, stamped + b"% more\n")


def test_a_time_stamp_by_an_unknown_authority_is_undecided(
    world: Any, augmented: bytes, tmp_path: Any
) -> None:
    """Without a path to an anchor nobody can tell; it is never a pass."""
    from preserve.demo.authority import create_authority

    stranger = create_authority(tmp_path, [], "Trường Lạ", "0000000001", STAMPED_AT)
    pdf = timestamp_pdf(augmented, stranger.timestamper(STAMPED_AT))
    report = verify_document(pdf, "a.pdf", world.context)
    assert report.indication is Indication.INDETERMINATE
    speaking = {f.subject for f in report.findings if f.indication is Indication.INDETERMINATE}
    assert speaking == {"a.pdf#DOCTIMESTAMP_1"}


# -- bytes that nobody covers ------------------------------------------------------------------


def _with_bytes(before: bytes, more: bytes) -> Callable[[bytes], bytes]:
    def forge(pdf: bytes) -> bytes:
        place = pdf.rindex(before)
        return pdf[:place] + more + pdf[place:]

    return forge


SMUGGLED = b"4 0 obj\n<</Type/Page>>\nendobj\n"
TAIL_ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "unlisted-object": _with_bytes(b"\nstartxref", b"\n" + SMUGGLED),
    "comment": _with_bytes(b"\nstartxref", b"\n% BT (10,0) Tj ET\n"),
    "after-the-end": lambda pdf: pdf + SMUGGLED,
    "update-without-xref": lambda pdf: pdf + SMUGGLED + b"trailer <</Root 1 0 R>>\n%%EOF\n",
}


def _between(pdf: bytes) -> bytes:
    """Write an object that no cross-reference names in front of the newest one that is named."""
    start = pdf.rindex(b"startxref")
    table = int(pdf[start:].split()[1])
    shifted = pdf[:table] + SMUGGLED + pdf[table:start]
    return shifted + b"startxref\n%d\n%%%%EOF\n" % (table + len(SMUGGLED))


TAIL_ATTACKS["between-objects"] = _between


@pytest.mark.parametrize("name", TAIL_ATTACKS)
def test_what_no_cross_reference_names_is_refused(world: Any, augmented: bytes, name: str) -> None:
    """A lenient reader might take it for a part of the document."""
    assert failures(world, TAIL_ATTACKS[name](augmented)) & {"SIG-AFTER-END", "PDF-MALFORMED"}


def test_cross_reference_tables_are_read_too(
    world: Any, make_table_pdf: Callable[[bytes], bytes], evidence: Evidence
) -> None:
    """Our documents have cross-reference streams; the judge of the tail knows tables as well."""
    plain = make_table_pdf(world.render(world.transcript()))
    augmented = augment_pdf(plain, evidence)
    reader = PdfFileReader(io.BytesIO(augmented))
    assert updates_lie_plain(augmented, reader, len(plain))
    forged = _between(augmented)
    reader = PdfFileReader(io.BytesIO(forged))
    assert not updates_lie_plain(forged, reader, len(plain))


@pytest.fixture
def make_table_pdf() -> Callable[[bytes], bytes]:
    """Give a function that saves a document with a classic cross-reference table."""

    def save(pdf: bytes) -> bytes:
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as document:
            document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return output.getvalue()

    return save
