"""A pupil who changes school takes a dossier along: everything of this pupil, nothing of others."""

from __future__ import annotations

import hashlib
import io
import subprocess
from pathlib import Path

import pikepdf
import pytest

from preserve.formats.record_xml import decode_record
from preserve.model.records import Transcript
from tests.e2e.stage import STATED, Demo, run, sealed_copy, snapshot, steps, succeed


def own_code(demo: Demo) -> str:
    """Return the code of the pupil whose transcript was issued."""
    return demo.dossier.name.partition(".")[0]


def test_dossier_holds_what_the_receiving_school_needs(demo: Demo) -> None:
    """The signed transcript, its record as XML, trust material, a covering note, two lists."""
    code = own_code(demo)
    names = {p.relative_to(demo.dossier).as_posix() for p in demo.dossier.rglob("*.*")}
    transcript = f"hoc-ba.6A.{code}_{demo.year}"
    assert {f"{transcript}.pdf", f"{transcript}.xml", "thu-gui-kem.pdf"} <= names
    assert {"SHA256SUMS.txt", "SHA512SUMS.txt"} <= names
    assert all(any(n.startswith(f"trust/{part}/") for n in names) for part in _TRUST)
    (folder,) = (f for f in demo.documents if f.name.endswith(code))
    assert (demo.dossier / f"{transcript}.pdf").read_bytes() == steps(folder)[-1].read_bytes()


_TRUST = ("anchors", "certificates", "crls", "seals")


def test_xml_beside_the_transcript_is_the_record_inside(demo: Demo) -> None:
    """The XML file is byte for byte what the PDF carries."""
    (xml,) = demo.dossier.glob("*.xml")
    with pikepdf.open(xml.with_suffix(".pdf")) as pdf:
        inside = pdf.attachments["record.xml"].get_file().read_bytes()
    assert xml.read_bytes() == inside
    record = decode_record(inside)
    assert isinstance(record, Transcript)
    assert record.pupil.code == own_code(demo)


def test_lists_name_every_file_with_its_digest(demo: Demo) -> None:
    """Both lists are right and complete, so that any school can check them with sha256sum."""
    files = {p.relative_to(demo.dossier).as_posix() for p in demo.dossier.rglob("*") if p.is_file()}
    for name, algorithm in (("SHA256SUMS.txt", "sha256"), ("SHA512SUMS.txt", "sha512")):
        lines = (demo.dossier / name).read_text("utf-8").splitlines()
        listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
        assert listed.keys() == files - {"SHA256SUMS.txt", "SHA512SUMS.txt"}
        for path, digest in listed.items():
            content = (demo.dossier / path).read_bytes()
            assert hashlib.new(algorithm, content).hexdigest() == digest


def test_dossier_passes_with_the_trust_it_brings(demo: Demo) -> None:
    """Where the receiving school accepts the enclosed anchors, everything is valid, offline."""
    ran = run("verify", demo.dossier, "--trust", demo.dossier / "trust", "--format", "json")
    assert ran.code == 0, ran.out
    assert ran.json["indication"] == "TOTAL_PASSED"
    signatures = [f for f in ran.json["findings"] if f["check"] == "SIG-VALID"]
    assert len(signatures) == 3


def test_dossier_proves_nothing_by_itself(demo: Demo, tmp_path: Path) -> None:
    """Who brings no trust along cannot tell: nothing in the dossier is an anchor by itself."""
    assert run("verify", demo.dossier, "--trust", tmp_path).code == 6
    assert run("verify", ".", cwd=demo.dossier).code == 6
    assert run("verify", demo.dossier, cwd=demo.dossier).code == 6


def test_changed_xml_is_noticed(demo: Demo, tmp_path: Path) -> None:
    """The lists cover the XML file; a changed mark in it fails and is named."""
    copy = tmp_path / demo.dossier.name
    for name, content in _contents(demo.dossier).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(content)
    (xml,) = copy.glob("*.xml")
    xml.write_bytes(xml.read_bytes().replace(b"6.0", b"9.0", 1))
    ran = run("verify", copy, "--trust", demo.trust, "--format", "json")
    assert ran.code == 5
    failed = {f["subject"] for f in ran.json["findings"] if f["indication"] == "TOTAL_FAILED"}
    assert xml.name in failed


@pytest.mark.judge("poppler")
def test_no_other_pupil_is_in_the_dossier(demo: Demo) -> None:
    """No other pupil's code, personal id or name, not even compressed or drawn on a page."""
    (own,) = (p for p in demo.pupils if p["code"] == own_code(demo))
    others = [p for p in demo.pupils if p["code"] != own["code"]]
    words = {p[key] for p in others for key in ("code", "personal_id", "name")}
    words -= set(own.values())
    assert len(words) > 2 * len(others)
    searched = [*_searchable(demo.dossier)]
    assert _hits(searched, {own["code"]}), "the search would find nothing at all"
    assert _hits(searched, {own["name"]}), "the search would find nothing at all"
    assert _hits(searched, words) == []


@pytest.mark.judge("poppler")
def test_covering_note_names_pupil_and_enclosures(demo: Demo) -> None:
    """The note is one page in Vietnamese with the digest of everything that is enclosed."""
    note = demo.dossier / "thu-gui-kem.pdf"
    text = _drawn(note)
    (own,) = (p for p in demo.pupils if p["code"] == own_code(demo))
    assert own["name"] in " ".join(text.split())
    with pikepdf.open(note) as pdf:
        assert len(pdf.pages) == 1
    flat = "".join(text.split())
    (transcript,) = demo.dossier.glob("hoc-ba*.pdf")
    assert hashlib.sha256(transcript.read_bytes()).hexdigest() in flat


def test_second_dossier_does_not_touch_the_first(demo: Demo, tmp_path: Path) -> None:
    """Issuing again on the same day makes a folder of its own."""
    archive = sealed_copy(demo, tmp_path)
    code = own_code(demo)
    succeed("issue-transcript", code, "--to", tmp_path / "out", *STATED, archive=archive)
    before = snapshot(tmp_path / "out")
    succeed("issue-transcript", code, "--to", tmp_path / "out", *STATED, archive=archive)
    after = snapshot(tmp_path / "out")
    assert len([n for n in after if "/" not in n]) == 2
    assert {n: after[n] for n in before} == before


def _contents(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def _searchable(root: Path) -> list[bytes]:
    """Return every file's bytes, and for a PDF all streams unpacked and all drawn text."""
    found = []
    for name, content in _contents(root).items():
        found += [name.encode(), content]
        if name.endswith(".pdf"):
            found += [*_unpacked(content), " ".join(_drawn(root / name).split()).encode()]
    return found


def _unpacked(content: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        inside = [a.get_file().read_bytes() for a in pdf.attachments.values()]
        plain = io.BytesIO()
        pdf.save(plain, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    nested = [u for i in inside if i.startswith(b"%PDF") for u in _unpacked(i)]
    return [plain.getvalue(), *inside, *nested]


def _drawn(pdf: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-"], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def _hits(searched: list[bytes], words: set[str]) -> list[str]:
    spelled = [(w, w.encode(e)) for w in words for e in ("utf-8", "utf-16-be")]
    return sorted({w for w, spelling in spelled for content in searched if spelling in content})
