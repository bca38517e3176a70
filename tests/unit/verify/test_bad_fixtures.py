"""One bad thing per check that the other tests do not build, named after the check."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from cryptography import x509

from preserve.demo.authority import open_authority
from preserve.formats.bagit import encode_manifest, parse_manifest
from preserve.model.records import Predecessor
from preserve.model.verification import Indication, VerificationReport
from preserve.trust.store import load_trust
from preserve.verify.bundle import verify_bundle
from preserve.verify.byte_ranges import ClaimedSignature, judge_byte_ranges
from preserve.verify.checks import Check
from preserve.verify.document import judge_document, verify_document
from preserve.verify.parsing import parse_document
from preserve.verify.predecessor import MAX_DEPTH

SIGNED_AT = datetime(2026, 6, 1, 3, 0, 0, tzinfo=UTC)
JUDGED_AT = SIGNED_AT + timedelta(days=2)
FIRST = "data/8A/hoc-ba.8A.9900000001.pdf"
NOT_BUILT = {
    # Two readers that disagree need a file crafted against one version of one of them.
    "PDF-PARSERS-DISAGREE",
    # The demonstration authority issues no certificate for another purpose.
    "SIG-KEY-USAGE",
    # No shipped policy allows a signature without a time-stamp.
    "SIG-TIME-CLAIMED",
}


def bad(report: VerificationReport) -> set[str]:
    """Ids of everything that is not a pass."""
    return {f.check for f in report.findings if f.indication is not Indication.TOTAL_PASSED}


def reworked(pdf: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    """Save an unsigned document anew after a change."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def drawn(world: Any) -> bytes:
    """Give an unsigned document."""
    return bytes(world.render(world.transcript()))


def _no_names(document: pikepdf.Pdf) -> None:
    del document.Root.Names


def _broken_record(document: pikepdf.Pdf) -> None:
    names = document.Root.Names.EmbeddedFiles.Names
    names[1].EF.F = document.make_stream(b"<not-a-record/>", Type=pikepdf.Name.EmbeddedFile)


def _more(document: pikepdf.Pdf) -> None:
    names = document.Root.Names.EmbeddedFiles.Names
    twin = pikepdf.Dictionary(dict(names[1].items()))
    twin.UF = pikepdf.String("zzz.xml")
    names.append(pikepdf.String("zzz.xml"))
    names.append(document.make_indirect(twin))


def _unmarked(document: pikepdf.Pdf) -> None:
    del document.Root.MarkInfo


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (_no_names, "CMP-RECORD-MISSING"),
        (_broken_record, "CMP-RECORD-MALFORMED"),
        (_more, "CMP-ATTACHMENT"),
        (_unmarked, "PDF-CONFORMITY"),
    ],
)
def test_a_reworked_document_is_named(
    world: Any, drawn: bytes, change: Callable[[pikepdf.Pdf], None], check: str
) -> None:
    """Attachments and structure are judged whether or not anybody signed."""
    assert check in bad(verify_document(reworked(drawn, change), "a.pdf", world.context))


def test_an_encrypted_document_fails(world: Any, drawn: bytes) -> None:
    """PDF-ENCRYPTED, or malformed where the reader refuses at once."""
    locked = reworked(drawn, lambda _: None, encryption=pikepdf.Encryption(owner="x", user=""))
    report = verify_document(locked, "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_FAILED
    assert {"PDF-ENCRYPTED", "PDF-MALFORMED"} & bad(report)


@pytest.mark.parametrize("kind", ["CMP-PREDECESSOR-MISSING", "CMP-PREDECESSOR-DIGEST"])
def test_a_damaged_predecessor_is_named(world: Any, kind: str) -> None:
    """The embedded file of the year before is gone, or is another one."""
    first = world.transcript(years=("2024-2025",))
    old = world.render(first)
    name = "hoc-ba.8A.9900000001_2024-2025.pdf"
    digest = hashlib.sha512(old).hexdigest()
    named = Predecessor(first.record_id, "2024-2025", digest, name)
    second = world.transcript(years=("2024-2025", "2025-2026"), predecessor=named)

    def damage(document: pikepdf.Pdf) -> None:
        names = document.Root.Names.EmbeddedFiles.Names
        places = {str(names[index]): index for index in range(0, len(names), 2)}
        place = places[name]
        if kind == "CMP-PREDECESSOR-DIGEST":
            names[place + 1].EF.F = document.make_stream(b"%PDF-1.7 other")
        else:
            del names[place + 1]
            del names[place]

    forged = reworked(world.render(second, old), damage)
    assert kind in bad(verify_document(forged, "a.pdf", world.context))


def test_a_chain_of_years_has_an_end(world: Any) -> None:
    """CMP-PREDECESSOR-DEPTH: a file inside a file inside a file … is no transcript."""
    named = Predecessor("hoc-ba.8A.1", "2024-2025", "0" * 128, "old.pdf")
    transcript = world.transcript(years=("2024-2025", "2025-2026"))
    old = world.render(world.transcript(years=("2024-2025",)))
    named = replace(named, sha512=hashlib.sha512(old).hexdigest())
    pdf = world.render(replace(transcript, predecessor=named), old)
    verdict = judge_document(pdf, "a.pdf", world.context, MAX_DEPTH)
    assert "CMP-PREDECESSOR-DEPTH" in {f.check for f in verdict.findings}


def claims(pdf: bytes) -> list[ClaimedSignature]:
    """Claims of a good file, to be bent."""
    return [
        ClaimedSignature(
            one.name,
            tuple(map(int, one.embedded.byte_range)),
            one.embedded.pkcs7_content,
            one.offset,
        )
        for one in parse_document(pdf).signed
    ]


def test_ranges_that_overlap_end_early_or_leave_a_tail_are_named(signed: bytes) -> None:
    """SIG-RANGE, SIG-RANGE-END, SIG-RANGE-OVERLAP, SIG-AFTER-END, straight from the judge."""
    good = claims(signed)
    assert judge_byte_ranges(signed, good) == ()
    assert {f.check for f in judge_byte_ranges(signed + b" ", good)} == {"SIG-AFTER-END"}
    first = replace(good[0], byte_range=good[2].byte_range)
    found = {f.check for f in judge_byte_ranges(signed, [first, good[1], good[2]])}
    assert {"SIG-RANGE", "SIG-RANGE-OVERLAP"} <= found
    zero, start, end, length = good[0].byte_range
    short = replace(good[0], byte_range=(zero, start, end, length - 9))
    found = {f.check for f in judge_byte_ranges(signed, [short, good[1], good[2]])}
    assert "SIG-RANGE-END" in found


def in_last_cms(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change the CMS of the last signature in place."""
    match = list(re.finditer(rb"/ByteRange \[[^\]]*\]", pdf))[-1]
    _, start, end, _ = (int(number) for number in re.findall(rb"\d+", match[0]))
    encoded = change(bytes.fromhex(pdf[start + 1 : end - 1].decode())).hex().encode()
    return pdf[: start + 1] + encoded.ljust(end - start - 2, b"0") + pdf[end - 1 :]


def _other_value(data: bytes) -> bytes:
    value = bytes(cms.ContentInfo.load(data)["content"]["signer_infos"][0]["signature"].native)
    return data.replace(value, value[:-1] + bytes([value[-1] ^ 1]))


def _other_attribute(data: bytes) -> bytes:
    name = bytes.fromhex("060b2a864886f70d010910022f")
    assert name in data
    return data.replace(name, name[:-1] + b"\x7f")


@pytest.mark.parametrize(
    ("change", "check"),
    [(_other_value, "SIG-CRYPTO"), (_other_attribute, "SIG-SIGNING-CERTIFICATE")],
)
def test_a_changed_cms_is_named(
    world: Any, signed: bytes, change: Callable[[bytes], bytes], check: str
) -> None:
    """The signature value, or the attribute that names the certificate."""
    forged = in_last_cms(signed, change)
    assert check in bad(verify_document(forged, "a.pdf", world.context))


def test_an_old_signature_format_is_named(world: Any, signed: bytes) -> None:
    """SIG-SUBFILTER: PAdES only."""
    forged = signed.replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached")
    assert "SIG-SUBFILTER" in bad(verify_document(forged, "a.pdf", world.context))


@pytest.mark.parametrize(
    ("reason", "check", "indication"),
    [
        (x509.ReasonFlags.key_compromise, "SIG-REVOKED", Indication.TOTAL_FAILED),
        (x509.ReasonFlags.certificate_hold, "SIG-HOLD", Indication.INDETERMINATE),
    ],
)
def test_a_certificate_revoked_before_signing_is_named(
    world: Any,
    signed: bytes,
    tmp_path: Path,
    reason: x509.ReasonFlags,
    check: str,
    indication: Indication,
) -> None:
    """T-26: revoked an hour before fails; on hold is undecided."""
    shutil.copytree(world.authority.folder, tmp_path / "a")
    authority = open_authority(tmp_path / "a")
    authority.revoke("GV01", SIGNED_AT - timedelta(hours=1), reason)
    authority.publish_crls(SIGNED_AT + timedelta(days=1, hours=1))
    authority.write_trust(tmp_path / "trust")
    context = replace(world.context, trust=load_trust(tmp_path / "trust"))
    report = verify_document(signed, "a.pdf", context)
    assert report.indication is indication
    assert check in bad(report)


def test_a_certificate_revoked_after_signing_passes(
    world: Any, signed: bytes, tmp_path: Path
) -> None:
    """T-26: half an hour after the signature does not matter."""
    shutil.copytree(world.authority.folder, tmp_path / "a")
    authority = open_authority(tmp_path / "a")
    authority.revoke("GV01", SIGNED_AT + timedelta(minutes=30))
    authority.publish_crls(SIGNED_AT + timedelta(days=1, hours=1))
    authority.write_trust(tmp_path / "trust")
    context = replace(world.context, trust=load_trust(tmp_path / "trust"))
    assert verify_document(signed, "a.pdf", context).indication is Indication.TOTAL_PASSED


def test_signing_before_the_certificate_began_fails(world: Any) -> None:
    """SIG-NOT-YET-VALID by a valid time-stamp is no matter of doubt."""
    transcript = world.transcript()
    early = SIGNED_AT - timedelta(days=500)
    pdf = world.sign(world.render(transcript), transcript.signatories[0], at=early)
    report = verify_document(pdf, "a.pdf", world.context)
    failed = {f.check for f in report.findings if f.indication is Indication.TOTAL_FAILED}
    assert "SIG-NOT-YET-VALID" in failed


def test_an_expired_authority_leaves_doubt(world: Any, signed: bytes) -> None:
    """SIG-EXPIRED: six years later the time-stamps need other evidence."""
    context = replace(world.context, at=SIGNED_AT + timedelta(days=6 * 365))
    report = verify_document(signed, "a.pdf", context)
    assert report.indication is Indication.INDETERMINATE
    assert "SIG-EXPIRED" in bad(report)


def test_a_foreign_anchor_gives_no_path(world: Any, signed: bytes) -> None:
    """SIG-PATH: an anchor that leads nowhere."""
    trust = replace(world.context.trust, anchors=(world.keys["GV02"].certificate,))
    assert "SIG-PATH" in bad(verify_document(signed, "a.pdf", replace(world.context, trust=trust)))


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    """Give a copy of the bundle that may be damaged."""
    target = tmp_path / "00000009-2025-2026" / "v0001"
    shutil.copytree(bundle, target)
    return target


def retag(root: Path) -> None:
    """Make the tag manifest true again, as a forger would."""
    tags = dict(parse_manifest((root / "tagmanifest-sha512.txt").read_bytes()))
    fresh = [(name, hashlib.sha512((root / name).read_bytes()).hexdigest()) for name in tags]
    (root / "tagmanifest-sha512.txt").write_bytes(encode_manifest(fresh))


def _drop_row(lines: list[str]) -> list[str]:
    return [line for line in lines if FIRST not in line]


def _other_digest(lines: list[str]) -> list[str]:
    return [
        re.sub(r",[0-9a-f]{128}$", "," + "0" * 128, line) if FIRST in line else line
        for line in lines
    ]


def _same_record(lines: list[str]) -> list[str]:
    return [line.replace("hoc-ba.8A.9900000002,", "hoc-ba.8A.9900000001,") for line in lines]


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (_drop_row, "CMP-ROW-MISSING"),
        (_other_digest, "CMP-ROW-DIGEST"),
        (_same_record, "CMP-ROW-REPEATED"),
    ],
)
def test_a_wrong_list_of_records_is_named(
    world: Any, copy: Path, change: Callable[[list[str]], list[str]], check: str
) -> None:
    """Rows and files are compared both ways."""
    path = copy / "metadata/records.csv"
    lines = path.read_bytes().decode("utf-8").split("\r\n")
    path.write_bytes("\r\n".join(change(lines)).encode("utf-8"))
    retag(copy)
    assert check in bad(verify_bundle(copy, world.context))


def test_manifests_that_list_different_files_are_named(world: Any, copy: Path) -> None:
    """FIX-MANIFESTS-DISAGREE."""
    path = copy / "manifest-sha256.txt"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    retag(copy)
    assert "FIX-MANIFESTS-DISAGREE" in bad(verify_bundle(copy, world.context))


def test_a_medium_that_gives_no_bytes_leaves_doubt(
    world: Any, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FIX-UNREADABLE: never failed, never passed."""
    real = os.open

    def broken(path: Any, *rest: Any, **named: Any) -> int:
        if str(path).endswith(FIRST):
            raise OSError(5, "Input/output error")
        return real(path, *rest, **named)

    monkeypatch.setattr("os.open", broken)
    report = verify_bundle(copy, world.context)
    assert report.indication is Indication.INDETERMINATE
    assert ("FIX-UNREADABLE", FIRST) in {(f.check, f.subject) for f in report.findings}


def test_every_check_has_its_bad_thing_or_a_reason() -> None:
    """Each id stands in some test of this folder, or in the list of those that cannot be built."""
    texts = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    passes = {"PDF-READ", "PDF-VALID", "CMP-RECORD", "SIG-ALGORITHM"}
    named = {check.value for check in Check if check.value in texts}
    assert {check.value for check in Check} - named - passes == set()
    assert {check.value for check in Check} >= NOT_BUILT
