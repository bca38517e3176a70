"""Signatures in PDFs: made by our engine, judged by pyHanko, poppler and OpenSSL."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms, x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from preserve.demo.authority import SEAL_CODE, DemoAuthority, serve_timestamps
from preserve.errors import FormatError, SigningError
from preserve.sign.appearance import Appearance, person_lines, seal_lines
from preserve.sign.cms_signer import KeySigner
from preserve.sign.engine import QuietWriter, SignatureRequest, sign_pdf
from preserve.sign.fields import filled_fields
from preserve.sign.keys import SigningKey
from preserve.trust.store import load_trust
from preserve.trust.timestamping import open_timestamper
from tests.unit.sign.conftest import FIELDS, NOW, SCHOOL, write_pdf

MakePdf = Callable[..., bytes]


def request_for(field: str, **changes: object) -> SignatureRequest:
    """Ask for a signature as the workflow would, from the field's name."""
    is_seal = field.startswith("SEAL")
    lines = seal_lines(SCHOOL, NOW) if is_seal else person_lines("Trần Văn Mẫu", "Giáo viên", NOW)
    request = SignatureRequest(
        field_name=field,
        appearance=Appearance(lines, "seal" if is_seal else "person"),
        claimed_time=NOW,
        digest_algorithm="sha256",
        locks=is_seal,
        certifies=field.startswith("HOMEROOM"),
    )
    return replace(request, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def signed(
    make_pdf: MakePdf,
    authority: DemoAuthority,
    teacher: SigningKey,
    principal: SigningKey,
    seal: SigningKey,
) -> tuple[bytes, ...]:
    """The document as rendered and after each of three signatures."""
    timestamper = authority.timestamper(NOW)
    files = [make_pdf((*FIELDS, "CLERK_2025-2026"))]
    for field, key in zip(FIELDS, (teacher, principal, seal), strict=True):
        files.append(sign_pdf(files[-1], request_for(field), key, timestamper))
    return tuple(files)


def validate(pdf: bytes, authority: DemoAuthority, folder: Path) -> tuple[PdfSignatureStatus, ...]:
    """Let pyHanko judge every signature with the authority's anchors and lists."""
    authority.write_trust(folder)
    trust = load_trust(folder)

    def context() -> ValidationContext:
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in trust.anchors],
            other_certs=[x509.Certificate.load(der) for der in trust.certificates],
            crls=list(trust.crls),
            moment=NOW,
            allow_fetching=False,
            revocation_mode="require",
        )

    signatures = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    return tuple(validate_pdf_signature(s, context(), context()) for s in signatures)


def test_three_signatures_are_valid_and_only_fill_the_form(
    signed: tuple[bytes, ...], authority: DemoAuthority, tmp_path: Path
) -> None:
    """All three are valid to pyHanko: two later fill the form, nothing follows the seal."""
    statuses = validate(signed[-1], authority, tmp_path)
    assert [status.bottom_line for status in statuses] == [True, True, True]
    assert [status.modification_level for status in statuses] == [
        ModificationLevel.FORM_FILLING,
        ModificationLevel.FORM_FILLING,
        ModificationLevel.NONE,
    ]
    stamps = [status.timestamp_validity for status in statuses]
    assert [stamp is not None and stamp.valid for stamp in stamps] == [True, True, True]


def test_every_file_begins_with_the_former_one(signed: tuple[bytes, ...]) -> None:
    """A signature appends; no byte of what was there before changes."""
    for former, later in pairwise(signed):
        assert later.startswith(former)
        assert len(later) > len(former)


def test_metadata_stay_as_they_were(signed: tuple[bytes, ...]) -> None:
    """XMP packet and Info dictionary of the last file are those of the first."""

    def metadata(content: bytes) -> tuple[bytes, dict[str, str]]:
        with pikepdf.open(BytesIO(content)) as pdf:
            info = {key: str(value) for key, value in pdf.docinfo.items()}
            return pdf.Root.Metadata.read_raw_bytes(), info

    assert metadata(signed[-1]) == metadata(signed[0])


def test_the_hook_that_keeps_metadata_still_exists(make_pdf: MakePdf) -> None:
    """The writer still calls ``_update_meta``: without our override the XMP packet changes."""
    assert callable(getattr(IncrementalPdfFileWriter, "_update_meta", None))
    packets, content = [], make_pdf()
    for kind in (IncrementalPdfFileWriter, QuietWriter):
        writer = kind(BytesIO(content))
        writer.update_root()
        output = BytesIO()
        writer.write(output)
        with pikepdf.open(output) as pdf:
            packets.append(pdf.Root.Metadata.read_raw_bytes())
    with pikepdf.open(BytesIO(content)) as pdf:
        original = pdf.Root.Metadata.read_raw_bytes()
    assert packets[0] != original
    assert packets[1] == original


@pytest.mark.judge("poppler")
def test_poppler_calls_every_signature_valid(signed: tuple[bytes, ...], tmp_path: Path) -> None:
    """``pdfsig`` accepts ECDSA and RSASSA-PSS, and says that the last covers the whole file."""
    path = write_pdf(tmp_path, signed[-1])
    said = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True
    ).stdout
    assert said.count("Signature is Valid") == 3
    assert said.count("- Total document signed") == 1


@pytest.mark.judge("openssl")
@pytest.mark.parametrize("prefer_pss", [True, False], ids=["pss", "pkcs1"])
def test_openssl_verifies_the_signature_over_the_byte_range(
    make_pdf: MakePdf, authority: DemoAuthority, tmp_path: Path, *, prefer_pss: bool
) -> None:
    """OpenSSL finds the CMS signature right for the covered bytes, with PSS and without."""
    key = authority.open_demo_key(SEAL_CODE, prefer_pss=prefer_pss)
    request = request_for("SEAL_2025-2026", certifies=True)
    pdf = sign_pdf(make_pdf(), request, key, authority.timestamper(NOW))
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", pdf)
    assert found is not None
    gap, after, length = map(int, found.groups())
    assert after + length == len(pdf)
    (tmp_path / "covered").write_bytes(pdf[:gap] + pdf[after:])
    encoded = bytes.fromhex(pdf[gap + 1 : after - 1].decode())
    (tmp_path / "signature").write_bytes(cms.ContentInfo.load(encoded).dump())
    authority.write_trust(tmp_path / "trust")
    judged = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-binary", "-cades"),
            *("-in", str(tmp_path / "signature"), "-content", str(tmp_path / "covered")),
            *("-CAfile", str(tmp_path / "trust/anchors/demo-root.pem")),
            *("-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "/dev/null"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    name = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01" + (b"\x0a" if prefer_pss else b"\x0b")
    assert name in encoded


def test_nothing_can_be_signed_after_the_seal(
    signed: tuple[bytes, ...], teacher: SigningKey
) -> None:
    """An empty field that is left over stays empty: the seal has locked the document."""
    with pytest.raises(SigningError) as caught:
        sign_pdf(signed[-1], request_for("CLERK_2025-2026"), teacher, None)
    assert caught.value.code == "SIGN-PDF-LOCKED"
    assert caught.value.parameters["by"] == "SEAL_2025-2026"


def test_a_fourth_signature_by_other_software_breaks_the_seal(
    signed: tuple[bytes, ...], authority: DemoAuthority, teacher: SigningKey, tmp_path: Path
) -> None:
    """Stock pyHanko signs in spite of the lock; then the validator fails the seal."""
    output = BytesIO()
    PdfSigner(PdfSignatureMetadata("CLERK_2025-2026"), KeySigner(teacher)).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(signed[-1])), existing_fields_only=True, output=output
    )
    seal_status = validate(output.getvalue(), authority, tmp_path)[2]
    assert seal_status.intact
    assert not seal_status.bottom_line


def test_a_lock_that_the_renderer_wrote_is_honoured(
    make_pdf: MakePdf, authority: DemoAuthority, seal: SigningKey, teacher: SigningKey
) -> None:
    """A field's own ``/Lock`` locks the document even where the request does not say so."""
    with pikepdf.open(BytesIO(make_pdf())) as pdf:
        field = pdf.Root.AcroForm.Fields[2]
        field.Lock = pikepdf.Dictionary(
            Type=pikepdf.Name.SigFieldLock, Action=pikepdf.Name.All, P=1
        )
        output = BytesIO()
        pdf.save(output)
    request = request_for(FIELDS[2], locks=False)
    sealed = sign_pdf(output.getvalue(), request, seal, authority.timestamper(NOW))
    with pytest.raises(SigningError, match="SIGN-PDF-LOCKED"):
        sign_pdf(sealed, request_for(FIELDS[1]), teacher, None)


def test_without_a_time_stamper_the_signature_bears_no_time_stamp(
    make_pdf: MakePdf, authority: DemoAuthority, teacher: SigningKey, tmp_path: Path
) -> None:
    """Level B-B: valid, no token, PAdES sub-filter, no signing-time attribute."""
    pdf = sign_pdf(make_pdf(), request_for(FIELDS[0]), teacher, None)
    (status,) = validate(pdf, authority, tmp_path)
    assert status.bottom_line
    assert status.timestamp_validity is None
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    names = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    assert names == {"content_type", "message_digest", "signing_certificate_v2"}


def test_a_service_over_http_stamps_signatures(
    make_pdf: MakePdf, authority: DemoAuthority, teacher: SigningKey, tmp_path: Path
) -> None:
    """The client works inside of a signature, with its anchor checked on receipt."""
    anchors = (authority.certificate("demo-tsa-root"),)
    with serve_timestamps(authority, NOW) as url:
        timestamper = open_timestamper(url, anchors=anchors, clock=lambda: NOW)
        pdf = sign_pdf(make_pdf(), request_for(FIELDS[0]), teacher, timestamper)
    (status,) = validate(pdf, authority, tmp_path)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.timestamp == NOW


def test_a_policy_that_asks_for_a_time_stamp_is_not_softened(
    make_pdf: MakePdf, teacher: SigningKey
) -> None:
    """A request for level B-T without a time-stamper signs nothing."""
    with pytest.raises(SigningError, match="SIGN-NO-TIMESTAMP-AUTHORITY"):
        sign_pdf(make_pdf(), request_for(FIELDS[0], timestamped=True), teacher, None)


def test_the_claimed_time_is_written_in_the_zone_of_viet_nam(
    make_pdf: MakePdf, teacher: SigningKey
) -> None:
    """``/M`` says 14:05:09+07'00' for 07:05:09 UTC."""
    pdf = sign_pdf(make_pdf(), request_for(FIELDS[0]), teacher, None)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    assert str(signature.sig_object.raw_get("/M")).startswith("D:20260531140509+07'00")


def test_the_chain_is_embedded(signed: tuple[bytes, ...], seal: SigningKey) -> None:
    """Signer, issuing authority and both certificates of the time-stamp lie in the file."""
    last = PdfFileReader(BytesIO(signed[-1])).embedded_regular_signatures[-1]
    embedded = {choice.chosen.dump() for choice in last.signed_data["certificates"]}
    assert {seal.certificate, *seal.chain} <= embedded
    (token,) = last.signer_info["unsigned_attrs"][0]["values"]
    assert len(token["content"]["certificates"]) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"field_name": "NOBODY_2025-2026"}, "SIGN-FIELD-MISSING"),
        ({"field_name": FIELDS[0]}, "SIGN-FIELD-FILLED"),
        ({"certifies": True}, "SIGN-NOT-FIRST"),
        ({"digest_algorithm": "sha1"}, "SIGN-DIGEST"),
        ({"claimed_time": NOW.replace(tzinfo=None)}, "SIGN-TIME-ZONE"),
    ],
)
def test_what_may_not_be_signed_is_refused(
    signed: tuple[bytes, ...], principal: SigningKey, changes: dict[str, object], code: str
) -> None:
    """Unknown and filled fields, a second certification, SHA-1 and a time without zone."""
    with pytest.raises(SigningError) as caught:
        sign_pdf(signed[1], request_for(FIELDS[1], **changes), principal, None)
    assert caught.value.code == code


def test_appended_bytes_are_refused(signed: tuple[bytes, ...], principal: SigningKey) -> None:
    """A revision that somebody added after the latest signature is not signed over."""
    writer = IncrementalPdfFileWriter(BytesIO(signed[1]))
    writer.root["/Lang"] = writer.root["/AcroForm"]["/Fields"][0]["/T"]
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    with pytest.raises(SigningError, match="SIGN-PDF-APPENDED"):
        sign_pdf(output.getvalue(), request_for(FIELDS[1]), principal, None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_changed_byte_of_a_signed_revision_goes_unseen(
    signed: tuple[bytes, ...], principal: SigningKey, data: st.DataObject
) -> None:
    """Whatever byte before ``/Contents`` changes, the next signature is refused."""
    pdf = bytearray(signed[1])
    digits = pdf.index(b"/Contents <", len(signed[0]))
    place = data.draw(st.integers(0, digits - 1))
    pdf[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((SigningError, FormatError)):
        sign_pdf(bytes(pdf), request_for(FIELDS[1]), principal, None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(length=st.integers(0, 4000), tail=st.binary(max_size=40))
def test_broken_files_raise_our_errors_only(
    signed: tuple[bytes, ...], length: int, tail: bytes
) -> None:
    """A truncated file with anything behind it is a format error or has no signature."""
    with suppress(FormatError):
        assert isinstance(filled_fields(signed[1][:length] + tail), tuple)


def test_a_reservation_that_is_too_small_raises(
    make_pdf: MakePdf, teacher: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature is never cut: when the room does not suffice, nothing is signed."""
    monkeypatch.setattr("preserve.sign.engine.bytes_to_reserve", lambda *_: 100)
    with pytest.raises(SigningError, match="SIGN-RESERVATION"):
        sign_pdf(make_pdf(), request_for(FIELDS[0]), teacher, None)


def test_the_size_is_measured_once_per_key_and_time_stamper(
    make_pdf: MakePdf, authority: DemoAuthority
) -> None:
    """Two signatures cost three tokens: one for measuring, one for each signature."""
    key, asked = authority.open_demo_key("GV02"), []

    def clock() -> object:
        asked.append(1)
        return NOW

    timestamper = authority.timestamper(clock)  # type: ignore[arg-type]
    for _ in range(2):
        sign_pdf(make_pdf(), request_for(FIELDS[0]), key, timestamper)
    assert len(asked) == 3


def test_fields_are_listed_in_signing_order(
    make_pdf: MakePdf, teacher: SigningKey, principal: SigningKey
) -> None:
    """The order is that of the signatures, not that of the form."""
    names: Sequence[str] = (FIELDS[1], FIELDS[0])
    pdf = make_pdf()
    for name, key in zip(names, (principal, teacher), strict=True):
        pdf = sign_pdf(pdf, request_for(name, certifies=False), key, None)
    assert filled_fields(pdf) == tuple(names)
