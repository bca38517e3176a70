"""A really sealed bundle, judged whole and after every kind of damage."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from preserve.formats.bagit import encode_manifest, parse_manifest
from preserve.model.verification import Finding, Indication, VerificationReport
from preserve.trust.store import TrustMaterial
from preserve.verify.bundle import verify_bundle
from preserve.verify.fixity import verify_fixity

FIRST = "data/8A/hoc-ba.8A.9900000001.pdf"
SECOND = "data/8A/hoc-ba.8A.9900000002.pdf"
MALFORMED = {"FIX-NOT-REGULAR", "FIX-HARD-LINK", "FIX-EMPTY-FOLDER", "FIX-NAME", "FIX-CASE"}


def accused(findings: Iterable[Finding]) -> set[str]:
    """Subjects of failed checks."""
    return {f.subject for f in findings if f.indication is Indication.TOTAL_FAILED}


def failures(report: VerificationReport) -> set[tuple[str, str]]:
    """Failed checks with their subjects."""
    return {
        (f.check, f.subject) for f in report.findings if f.indication is Indication.TOTAL_FAILED
    }


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    """Give a copy of the bundle that may be damaged."""
    target = tmp_path / "00000009-2025-2026" / "v0001"
    shutil.copytree(bundle, target)
    return target


def rewrite_manifests(root: Path) -> None:
    """Do what a forger with write access does: make every list true again."""
    payload = sorted(path for path in (root / "data").rglob("*") if path.is_file())
    for algorithm in ("sha512", "sha256"):
        pairs = [
            (p.relative_to(root).as_posix(), hashlib.new(algorithm, p.read_bytes()).hexdigest())
            for p in payload
        ]
        (root / f"manifest-{algorithm}.txt").write_bytes(encode_manifest(pairs))
    records = root / "metadata/records.csv"
    lines = records.read_text("utf-8").splitlines()
    for index, line in enumerate(lines):
        cells = line.split(",")
        if index and (root / cells[-2]).is_file():
            cells[-1] = hashlib.sha512((root / cells[-2]).read_bytes()).hexdigest()
            lines[index] = ",".join(cells)
    records.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    total = sum(path.stat().st_size for path in payload)
    info = root / "bag-info.txt"
    info.write_text(
        "".join(
            f"Payload-Oxum: {total}.{len(payload)}\n" if line.startswith("Payload-Oxum") else line
            for line in info.read_text("utf-8").splitlines(keepends=True)
        ),
        "utf-8",
    )
    tags = dict(parse_manifest((root / "tagmanifest-sha512.txt").read_bytes()))
    fresh = [(name, hashlib.sha512((root / name).read_bytes()).hexdigest()) for name in tags]
    (root / "tagmanifest-sha512.txt").write_bytes(encode_manifest(fresh))


def test_a_sealed_bundle_passes(world: Any, bundle: Path) -> None:
    """Seal, manifests, records and every document hold."""
    report = verify_bundle(bundle, world.context)
    bad = [f for f in report.findings if f.indication is not Indication.TOTAL_PASSED]
    assert not bad
    assert {"SEL-VALID", "FIX-VALID", "CMP-COMPLETE"} <= {f.check for f in report.findings}


def test_a_pool_of_processes_gives_the_same_report(world: Any, bundle: Path) -> None:
    """Everything passed to a worker can be pickled; the findings and their order are the same."""
    alone = verify_bundle(bundle, world.context)
    seen: list[tuple[int, int]] = []
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        together = verify_bundle(
            bundle, world.context, executor=pool, progress=lambda d, t: seen.append((d, t))
        )
    assert together == alone
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_flipped_bit_anywhere_fails_and_names_its_file(world: Any, copy: Path) -> None:
    """200 random bit flips over all files: each fails, and no payload file is accused falsely."""
    chance = random.Random(20261121)  # noqa: S311  (places of damage, no secret)
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    wrong = []
    for _ in range(200):
        path = chance.choice(files)
        good = path.read_bytes()
        bad = bytearray(good)
        place = chance.randrange(len(good))
        bad[place] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        named = accused(verify_fixity(copy, world.context))
        path.write_bytes(good)
        name = path.relative_to(copy).as_posix()
        innocent = {one for one in named if one.startswith("data/")} - {name}
        if name not in named or innocent:
            wrong.append((name, place, named))
    assert not wrong


def test_a_flipped_bit_in_a_document_fails_the_whole_judgement(world: Any, copy: Path) -> None:
    """The full judgement names the document by its path."""
    path = copy / FIRST
    content = bytearray(path.read_bytes())
    content[-30] ^= 1
    path.write_bytes(content)
    assert ("FIX-DIGEST", FIRST) in failures(verify_bundle(copy, world.context))


@pytest.mark.parametrize("name", [FIRST, "metadata/premis.xml", "manifest-sha256.txt"])
def test_a_deleted_file_fails_and_is_named(world: Any, copy: Path, name: str) -> None:
    """Payload, tag file and list alike."""
    (copy / name).unlink()
    assert ("CMP-FILE-MISSING", name) in failures(verify_bundle(copy, world.context))


@pytest.mark.parametrize("name", ["data/8A/extra.pdf", "metadata/extra.txt", "extra.txt"])
def test_an_added_file_fails_and_is_named(world: Any, copy: Path, name: str) -> None:
    """Nothing may lie in a bundle that no list names."""
    (copy / name).write_bytes(b"x")
    assert ("CMP-FILE-EXTRA", name) in failures(verify_bundle(copy, world.context))


def test_a_file_added_beside_the_seal_fails(world: Any, copy: Path) -> None:
    """The folder of the seal has its own list."""
    (copy / "seal/extra.bin").write_bytes(b"x")
    assert ("CMP-FILE-EXTRA", "seal/extra.bin") in failures(verify_bundle(copy, world.context))


def test_a_renamed_file_is_missing_and_extra(world: Any, copy: Path) -> None:
    """Both names are reported."""
    (copy / FIRST).rename(copy / "data/8A/other.pdf")
    found = failures(verify_bundle(copy, world.context))
    assert ("CMP-FILE-MISSING", FIRST) in found
    assert ("CMP-FILE-EXTRA", "data/8A/other.pdf") in found


def _link(root: Path) -> None:
    (root / "data/8A/link.pdf").symlink_to(root / FIRST)


def _hard_link(root: Path) -> None:
    os.link(root / FIRST, root / "data/8A/twin.pdf")


def _empty(root: Path) -> None:
    (root / "data/empty").mkdir()


def _accent(root: Path) -> None:
    (root / "data/8A/học.pdf").write_bytes(b"x")


def _case(root: Path) -> None:
    (root / "data/8A/HOC-BA.8A.9900000001.pdf").write_bytes(b"x")


def _pipe(root: Path) -> None:
    os.mkfifo(root / "data/8A/pipe")


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (_link, "FIX-NOT-REGULAR"),
        (_pipe, "FIX-NOT-REGULAR"),
        (_hard_link, "FIX-HARD-LINK"),
        (_empty, "FIX-EMPTY-FOLDER"),
        (_accent, "FIX-NAME"),
        (_case, "FIX-CASE"),
    ],
)
def test_a_planted_shape_fails(
    world: Any, copy: Path, plant: Callable[[Path], None], check: str
) -> None:
    """Links, pipes, empty folders, strange names and case twins (T-07)."""
    plant(copy)
    assert check in {name for name, _ in failures(verify_bundle(copy, world.context))}


def test_a_forger_who_rewrites_every_list_fails_at_the_seal(world: Any, copy: Path) -> None:
    """T-01: content, manifests, records and tag manifest agree, and the seal does not."""
    (copy / "data/sources/0001/0001.xlsx").write_bytes(b"forged")
    rewrite_manifests(copy)
    report = verify_bundle(copy, world.context)
    assert report.indication is Indication.TOTAL_FAILED
    assert ("SIG-DIGEST", "seal/manifest.p7s") in failures(report)


def test_a_swapped_pair_fails_at_both_documents(world: Any, copy: Path) -> None:
    """T-06: two good documents in each other's place, every list made true again."""
    one, other = (copy / FIRST).read_bytes(), (copy / SECOND).read_bytes()
    (copy / FIRST).write_bytes(other)
    (copy / SECOND).write_bytes(one)
    rewrite_manifests(copy)
    found = failures(verify_bundle(copy, world.context))
    assert {("CMP-IDENTITY", FIRST), ("CMP-IDENTITY", SECOND)} <= found


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject_id", "9900000003"),
        ("class_name", "8B"),
        ("school_year", "2024-2025"),
        ("record_id", "hoc-ba.8A.9900000003"),
        ("record_class", "so-theo-doi"),
        ("version", 2),
    ],
)
def test_a_row_that_tells_something_else_fails(
    world: Any, make_bundle: Any, signed: bytes, tmp_path: Path, column: str, value: object
) -> None:
    """Record, class, subject, year and version of row and document are compared."""
    root = make_bundle(tmp_path, {"9900000001": signed}, **{column: value})
    report = verify_bundle(root, world.context)
    assert ("CMP-IDENTITY", FIRST) in failures(report)


def test_a_bundle_without_seal_is_undecided_at_best(world: Any, copy: Path) -> None:
    """T-02: stripping the seal never makes a bundle pass."""
    shutil.rmtree(copy / "seal")
    report = verify_bundle(copy, world.context)
    assert report.indication is Indication.INDETERMINATE
    assert "SEL-NONE" in {f.check for f in report.findings}


def test_a_seal_that_is_not_pinned_is_undecided_and_another_one_fails(
    world: Any, bundle: Path
) -> None:
    """The verifier says which seal is the school's."""
    trust = world.context.trust
    bare = replace(world.context, trust=replace(trust, seals=()))
    assert verify_bundle(bundle, bare).indication is Indication.INDETERMINATE
    other = replace(trust, seals=(world.keys["GV01"].certificate,))
    found = failures(verify_bundle(bundle, replace(world.context, trust=other)))
    assert ("SEL-FOREIGN", "seal/manifest.p7s") in found


def test_fixity_alone_needs_no_trust(world: Any, bundle: Path, copy: Path) -> None:
    """Reading a copy back compares bytes; it does not ask whether a certificate was revoked."""
    context = replace(world.context, trust=TrustMaterial())
    good = verify_fixity(bundle, context)
    assert {f.indication for f in good} == {Indication.TOTAL_PASSED}
    (copy / FIRST).write_bytes(b"x")
    assert FIRST in accused(verify_fixity(copy, context))


@pytest.mark.parametrize(
    ("name", "content", "check"),
    [
        ("manifest-sha512.txt", b"nonsense\n", "FIX-MANIFEST-MALFORMED"),
        ("tagmanifest-sha512.txt", b"nonsense\n", "FIX-MANIFEST-MALFORMED"),
        ("seal/fixity-sha512.txt", b"nonsense\n", "FIX-MANIFEST-MALFORMED"),
        ("seal/manifest.p7s", b"nonsense", "SIG-CMS"),
        ("metadata/records.csv", b"nonsense\r\n", "CMP-RECORDS-MALFORMED"),
        ("bag-info.txt", b"\xff\xfe", "CMP-BAG-INFO"),
        ("bagit.txt", b"BagIt-Version: 0.97\n", "FIX-DIGEST"),
    ],
)
def test_nonsense_in_a_tag_file_is_a_finding(
    world: Any, copy: Path, name: str, content: bytes, check: str
) -> None:
    """No reader's exception leaves the judge."""
    (copy / name).write_bytes(content)
    assert (check, name) in failures(verify_bundle(copy, world.context))


def test_a_wrong_oxum_version_and_head_are_named(world: Any, copy: Path) -> None:
    """A re-sealed bundle must still agree with itself: judged with lists made true again."""
    info = copy / "bag-info.txt"
    text = info.read_text("utf-8").replace("Package-Version: 1", "Package-Version: 7")
    info.write_text(text.replace("Journal-Head: 3:", "Journal-Head: 4:"), "utf-8")
    rewrite_manifests(copy)
    stated = info.read_text("utf-8").replace("Payload-Oxum: ", "Payload-Oxum: 9")
    info.write_text(stated, "utf-8")
    tags = dict(parse_manifest((copy / "tagmanifest-sha512.txt").read_bytes()))
    tags["bag-info.txt"] = hashlib.sha512(info.read_bytes()).hexdigest()
    (copy / "tagmanifest-sha512.txt").write_bytes(encode_manifest(tags.items()))
    found = {name for name, _ in failures(verify_bundle(copy, world.context))}
    assert {"CMP-OXUM", "CMP-BAG-INFO", "JRN-HEAD"} <= found
