"""Levels B-LT and B-LTA, judged by pyHanko, poppler, OpenSSL, EU DSS and veraPDF."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import page
import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from preserve.demo.authority import SEAL_CODE, DemoAuthority, DemoPerson, create_authority
from preserve.errors import FormatError, SigningError
from preserve.policy.files import policy_folders
from preserve.policy.forms import load_form
from preserve.render.transcript import render_transcript
from preserve.sign.appearance import Appearance, person_lines, seal_lines
from preserve.sign.augment import ends_with_timestamp, timestamp_pdf
from preserve.sign.augment_evidence import gather_evidence
from preserve.sign.dss import Evidence, augment_pdf, read_evidence
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.fields import all_fields
from preserve.trust.store import TrustMaterial, fingerprint, load_trust
from tests.java_judges import JavaJudges
from tests.unit.render.people import transcript
from tests.unit.sign.conftest import NOW, SCHOOL, write_pdf

LATER = NOW + timedelta(days=1)
FALSE_ALARM = {"PDFA3A-SIGNATURE-BYTERANGE-001"}
"""About every byte range but the last; our own verifier checks them."""
LARGEST = 65536


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """An authority that publishes lists on the day of signing and on the day after."""
    folder = tmp_path_factory.mktemp("augment")
    people = [DemoPerson("HT01", "Lê Quang Giả", "Hiệu trưởng")]
    made = create_authority(folder / "authority", people, SCHOOL, "0100000000", NOW)
    made.write_trust(folder / "early")
    made.publish_crls(LATER)
    made.write_trust(folder / "trust")
    return made


@pytest.fixture(scope="module")
def trust(ca: DemoAuthority) -> TrustMaterial:
    """What the operator holds the day after."""
    return load_trust(ca.folder.parent / "trust")


@pytest.fixture(scope="module")
def files(ca: DemoAuthority, trust: TrustMaterial) -> tuple[bytes, ...]:
    """A transcript: two signatures at B-T, then B-LT, then B-LTA."""
    record = transcript(2)
    pdf = render_transcript(record, load_form(record.form, policy_folders()))
    names = sorted(all_fields(pdf), key=lambda name: name.startswith("SEAL"))[-2:]
    for name, code in zip(names, ("HT01", SEAL_CODE), strict=True):
        seal = code == SEAL_CODE
        lines = seal_lines(SCHOOL, NOW) if seal else person_lines("Lê Giả", "Hiệu trưởng", NOW)
        request = SignatureRequest(
            name,
            Appearance(lines, "seal" if seal else "person"),
            NOW,
            "sha256",
            locks=seal,
            certifies=not seal,
        )
        pdf = sign_pdf(pdf, request, ca.open_demo_key(code), ca.timestamper(NOW))
    gathered = gather_evidence(pdf, trust, LATER, largest_crl=LARGEST)
    assert (gathered.missing, gathered.left_out) == ((), ())
    lt = augment_pdf(pdf, gathered.evidence)
    return pdf, lt, timestamp_pdf(lt, ca.timestamper(LATER))


def test_each_level_appends_to_the_former_file(files: tuple[bytes, ...]) -> None:
    """No byte changes, and metadata, pages and fields of before are as they were."""
    for former, later in pairwise(files):
        assert later.startswith(former)
        assert len(later) > len(former)
    described = []
    for content in files:
        with pikepdf.open(BytesIO(content)) as pdf:
            info = {key: str(value) for key, value in pdf.docinfo.items()}
            pages = [dict(one.obj.items()).keys() for one in pdf.pages]
            described.append((pdf.Root.Metadata.read_raw_bytes(), info, pages))
    assert described[0] == described[1] == described[2]


def test_every_level_conforms(files: tuple[bytes, ...]) -> None:
    """PDF/A-3a and PDF/UA-1 hold after each augmentation."""
    for pdf in files:
        reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("3a", "ua1")]
        assert {f.rule_id for report in reports for f in report.failures} <= FALSE_ALARM


def test_pyhanko_accepts_what_follows_the_lock(
    files: tuple[bytes, ...], trust: TrustMaterial
) -> None:
    """The general difference analysis calls both additions long-term updates."""

    def context() -> ValidationContext:
        return ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in trust.anchors],
            other_certs=[x509.Certificate.load(der) for der in trust.certificates],
            crls=list(trust.crls),
            moment=LATER,
            allow_fetching=False,
            revocation_mode="require",
        )

    reader = PdfFileReader(BytesIO(files[-1]))
    statuses = [
        validate_pdf_signature(signature, context(), context())
        for signature in reader.embedded_regular_signatures
    ]
    assert [status.bottom_line for status in statuses] == [True, True]
    assert statuses[-1].modification_level is ModificationLevel.LTA_UPDATES
    (stamp,) = reader.embedded_timestamp_signatures
    judged = validate_pdf_timestamp(stamp, context())
    assert (judged.intact, judged.valid, judged.trusted) == (True, True, True)
    assert judged.timestamp == LATER


@pytest.mark.judge("java")
def test_eu_dss_sees_the_levels(
    files: tuple[bytes, ...], ca: DemoAuthority, tmp_path: Path, java_judges: JavaJudges
) -> None:
    """TOTAL_PASSED as PAdES-BASELINE-T, -LT and -LTA, with anchors alone from LT on."""
    java_judges.trust(ca.folder.parent / "trust")
    for pdf, level in zip(files, ("T", "LT", "LTA"), strict=True):
        path = write_pdf(tmp_path, pdf)
        verdicts = java_judges.signatures(path)
        assert [v.indication for v in verdicts] == ["TOTAL_PASSED"] * 2, verdicts
        assert {v.level for v in verdicts} == {f"PAdES-BASELINE-{level}"}
    assert java_judges.faults("3a", path) == java_judges.faults("ua1", path) == []


@pytest.mark.judge("java")
def test_eu_dss_needs_nothing_but_the_anchors(
    files: tuple[bytes, ...], ca: DemoAuthority, tmp_path: Path, java_judges: JavaJudges
) -> None:
    """At B-LT the document itself brings certificates and lists along."""
    anchors = tmp_path / "bare" / "anchors"
    anchors.mkdir(parents=True)
    for source in (ca.folder.parent / "trust" / "anchors").iterdir():
        (anchors / source.name).write_bytes(source.read_bytes())
    java_judges.trust(anchors.parent)
    verdicts = java_judges.signatures(write_pdf(tmp_path, files[1]))
    assert [v.indication for v in verdicts] == ["TOTAL_PASSED"] * 2, verdicts


@pytest.mark.judge("poppler")
def test_poppler_still_calls_the_signatures_valid(files: tuple[bytes, ...], tmp_path: Path) -> None:
    """And says that the time-stamp covers the whole file."""
    path = write_pdf(tmp_path, files[-1])
    said = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True
    )
    assert said.stdout.count("Signature is Valid") == 2
    assert said.stdout.count("- Total document signed") == 1
    assert "widget" not in said.stderr


@pytest.mark.judge("openssl")
def test_openssl_verifies_the_document_time_stamp(
    files: tuple[bytes, ...], ca: DemoAuthority, tmp_path: Path
) -> None:
    """The token's imprint is the SHA-512 of the covered bytes."""
    pdf = files[-1]
    gap, after, length = map(int, re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", pdf)[-1])
    assert after + length == len(pdf)
    covered = pdf[:gap] + pdf[after:]
    (tmp_path / "covered").write_bytes(covered)
    token = bytes.fromhex(pdf[gap + 1 : after - 1].decode())
    assert hashlib.sha512(covered).digest() in token
    (tmp_path / "token").write_bytes(token)
    trust = ca.folder.parent / "trust"
    roots = b"".join(path.read_bytes() for path in sorted((trust / "anchors").iterdir()))
    (tmp_path / "roots.pem").write_bytes(roots)
    command = [
        *("openssl", "ts", "-verify", "-token_in", "-in", str(tmp_path / "token")),
        *("-data", str(tmp_path / "covered"), "-CAfile", str(tmp_path / "roots.pem")),
        *("-attime", str(int(LATER.timestamp()))),
    ]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Verification: OK" in judged.stdout + judged.stderr, judged.stderr


def test_nothing_is_added_twice(files: tuple[bytes, ...], trust: TrustMaterial) -> None:
    """Whatever the store holds is not added again; with nothing to add the file stays the same."""
    held = read_evidence(files[1])
    assert augment_pdf(files[1], held) == files[1]
    again = gather_evidence(files[1], trust, LATER, largest_crl=LARGEST).evidence
    assert again.without(held) == Evidence()
    more = augment_pdf(files[1], Evidence(trust.certificates, trust.crls))
    now = read_evidence(more)
    assert len(set(now.crls)) == len(now.crls)
    assert now.crls[: len(held.crls)] == held.crls


def test_the_last_byte_of_an_item_plays_no_role(files: tuple[bytes, ...]) -> None:
    """Items that end with a carriage return, packed or not, are read as they were."""
    items = tuple(hashlib.sha256(b"%d" % n).digest()[:-1] + b"\r" for n in range(600))
    augmented = augment_pdf(files[0], Evidence(certificates=items))
    assert b"\r\nendstream" not in augmented[len(files[0]) :]
    assert read_evidence(augmented).certificates == items


def test_each_signer_and_authority_is_vouched_for(
    files: tuple[bytes, ...], ca: DemoAuthority, trust: TrustMaterial
) -> None:
    """Certificates up to both anchors, and the lists of all three issuers."""
    held = read_evidence(files[1])
    assert set(trust.anchors) <= set(held.certificates)
    assert {ca.certificate(code) for code in ("HT01", SEAL_CODE)} <= set(held.certificates)
    assert len(held.crls) == 3


def test_a_list_from_before_the_signature_does_not_count(
    files: tuple[bytes, ...], ca: DemoAuthority
) -> None:
    """It cannot know of a revocation in between; the signers' certificates are named."""
    folder = ca.folder.parent / "older"
    older = create_authority(
        folder, [DemoPerson("HT01", "Giả", "")], SCHOOL, "0100000000", NOW - timedelta(days=3)
    )
    older.write_trust(folder / "trust")
    signed = _signed_by(older, files[0])
    gathered = gather_evidence(signed, load_trust(folder / "trust"), LATER, largest_crl=LARGEST)
    assert gathered.missing == (fingerprint(older.certificate("HT01")),)


def _signed_by(authority: DemoAuthority, _like: bytes) -> bytes:
    record = transcript(1)
    pdf = render_transcript(record, load_form(record.form, policy_folders()))
    lines = Appearance(person_lines("Giả", "", NOW), "person")
    request = SignatureRequest(
        all_fields(pdf)[0], lines, NOW, "sha256", locks=False, certifies=True
    )
    return sign_pdf(pdf, request, authority.open_demo_key("HT01"), authority.timestamper(NOW))


def test_a_certificate_without_a_path_is_named(
    files: tuple[bytes, ...], trust: TrustMaterial
) -> None:
    """With another operator's anchors nothing is vouched for, and nothing raises."""
    stranger = TrustMaterial(anchors=trust.anchors[:1], crls=trust.crls)
    gathered = gather_evidence(files[0], stranger, LATER, largest_crl=LARGEST)
    assert gathered.missing


def test_a_large_list_is_named_and_left_out(files: tuple[bytes, ...], trust: TrustMaterial) -> None:
    """The certificate counts as vouched for, since the bundle holds the list."""
    gathered = gather_evidence(files[0], trust, LATER, largest_crl=10)
    assert gathered.missing == ()
    assert len(gathered.left_out) == 3
    assert gathered.evidence.crls == ()
    assert gathered.evidence.certificates


def test_only_a_time_stamp_at_the_end_counts_as_the_last_word(
    files: tuple[bytes, ...], ca: DemoAuthority
) -> None:
    """After more validation data the file wants a new one."""
    assert [ends_with_timestamp(pdf) for pdf in files] == [False, False, True]
    ca.publish_crls(LATER + timedelta(days=30))
    newest = max((ca.folder / "crls").glob("*issuing*")).read_bytes()
    more = augment_pdf(files[-1], Evidence(crls=(newest,)))
    assert not ends_with_timestamp(more)
    twice = timestamp_pdf(more, ca.timestamper(LATER))
    assert ends_with_timestamp(twice)
    assert all_fields(twice)[-2:] == ("DOCTIMESTAMP_1", "DOCTIMESTAMP_2")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha512_256"])
def test_a_weak_imprint_is_refused(
    files: tuple[bytes, ...], ca: DemoAuthority, algorithm: str
) -> None:
    """TT 15/2025/TT-BKHCN Annex I 1.3."""
    with pytest.raises(SigningError, match="SIGN-DIGEST"):
        timestamp_pdf(files[0], ca.timestamper(NOW), digest_algorithm=algorithm)


def test_a_document_without_a_form_takes_no_time_stamp(
    make_pdf: Callable[..., bytes], ca: DemoAuthority
) -> None:
    """It was not made by this program."""
    with pikepdf.open(BytesIO(make_pdf())) as pdf:
        del pdf.Root.AcroForm
        del pdf.pages[-1].Annots
        output = BytesIO()
        pdf.save(output)
    with pytest.raises(SigningError, match="AUGMENT-NO-FORM"):
        timestamp_pdf(output.getvalue(), ca.timestamper(NOW))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"x" * 1000])
def test_no_pdf_is_a_clear_error(content: bytes, ca: DemoAuthority) -> None:
    """No parser's own exception comes out."""
    for act in (
        lambda: augment_pdf(content, Evidence((b"0",))),
        lambda: timestamp_pdf(content, ca.timestamper(NOW)),
        lambda: gather_evidence(content, TrustMaterial(), NOW, largest_crl=1),
        lambda: read_evidence(content),
    ):
        with pytest.raises(FormatError):
            act()


def test_an_authority_that_fails_is_a_clear_error(
    files: tuple[bytes, ...], ca: DemoAuthority
) -> None:
    """The file is not touched; the error is the authority's."""

    def broken() -> datetime:
        raise OSError("no clock")

    with pytest.raises(SigningError):
        timestamp_pdf(files[1], ca.timestamper(broken))
