"""Whatever is done to a sealed bundle, ``verify`` notices it and names the file."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from preserve.demo.authority import SEAL_CODE, create_authority
from preserve.formats.school_toml import decode_configuration
from preserve.model.verification import Finding, Indication
from preserve.sign.detached import sign_detached
from preserve.verify.bundle import verify_bundle
from preserve.verify.context import VerificationContext
from preserve.verify.fixity import verify_fixity
from tests.e2e.stage import Demo, accused, context_of, run, worst

FAILED = Indication.TOTAL_FAILED
FLIPS = 200
SEAL = "seal/manifest.p7s"
TAGS = "tagmanifest-sha512.txt"


@pytest.fixture(scope="session")
def context(demo: Demo) -> VerificationContext:
    """Give what an inspector brings along."""
    return context_of(demo.trust, demo)


@pytest.fixture(scope="module")
def shared(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one copy of the bundle for tests that put everything back."""
    return _copy(demo, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def bundle(demo: Demo, tmp_path: Path) -> Path:
    """Give a copy of the bundle to spoil."""
    return _copy(demo, tmp_path)


def _copy(demo: Demo, folder: Path) -> Path:
    target = folder / demo.bundle.parent.name / demo.bundle.name
    shutil.copytree(demo.bundle, target)
    return target


def _files(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def _quick(context: VerificationContext) -> VerificationContext:
    """Leave the page validator out: what fails without it fails with it."""
    return replace(context, check_pdfa=False)


@contextmanager
def _changed(path: Path, change: Callable[[bytes], bytes]) -> Iterator[None]:
    original = path.read_bytes()
    path.write_bytes(change(original))
    try:
        yield
    finally:
        path.write_bytes(original)


def _flip(position: int, bit: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[position] ^= 1 << bit
        return bytes(changed)

    return change


def test_untouched_bundle_passes(demo: Demo, shared: Path, context: VerificationContext) -> None:
    """The starting point of every other test: nothing is wrong, and every document was judged."""
    report = verify_bundle(shared, context)
    assert report.indication is Indication.TOTAL_PASSED
    complete = [f for f in report.findings if f.check == "CMP-COMPLETE"]
    assert dict(complete[0].parameters)["documents"] == str(len(demo.documents))
    assert worst(verify_fixity(shared, context)) is Indication.TOTAL_PASSED


def test_a_changed_byte_of_any_file_is_named(shared: Path, context: VerificationContext) -> None:
    """One byte in the middle of each file in turn: failed, and the finding names that file."""
    files = _files(shared)
    assert len(files) > 50
    for name in files:
        size = (shared / name).stat().st_size
        with _changed(shared / name, _flip(size // 2, 0)):
            findings = verify_fixity(shared, context)
        assert worst(findings) is FAILED, name
        assert name in accused(findings), name


def test_no_bit_is_unwatched(shared: Path, context: VerificationContext) -> None:
    """Of 200 single bits, drawn over all files, bytes and bit positions, none goes unnoticed."""
    chance = random.Random(20262027)  # noqa: S311  (positions of a test, not secrets)
    files = _files(shared)
    unnoticed: list[str] = []
    unnamed: list[str] = []
    for number in range(FLIPS):
        name = chance.choice(files)
        position, bit = chance.randrange((shared / name).stat().st_size), number % 8
        with _changed(shared / name, _flip(position, bit)):
            findings = verify_fixity(shared, context)
        place = f"{name}@{position}.{bit}"
        if worst(findings) is not FAILED:
            unnoticed.append(place)
        if name not in accused(findings):
            unnamed.append(place)
    assert (unnoticed, unnamed) == ([], [])


@pytest.mark.parametrize(
    "pattern",
    [
        "data/*/hoc-ba.*.pdf",
        "metadata/validation/crls/*.crl",
        "metadata/validation/certificates/*.der",
        SEAL,
    ],
)
def test_full_verification_names_the_file_too(
    shared: Path, context: VerificationContext, pattern: str
) -> None:
    """The full judgement, documents included, fails and names the one file that was changed."""
    victim = min(shared.glob(pattern))
    name = victim.relative_to(shared).as_posix()
    with _changed(victim, _flip(victim.stat().st_size // 3, 5)):
        report = verify_bundle(shared, _quick(context))
    assert report.indication is FAILED
    assert name in {f.subject for f in report.findings if f.indication is FAILED}


def test_first_and_last_byte_count(shared: Path, context: VerificationContext) -> None:
    """A byte at either end of a document, and a byte that is added or cut, is noticed."""
    victim = min(shared.glob("data/*/hoc-ba.*.pdf"))
    for change in (_flip(0, 7), _flip(-1, 0), lambda c: c + b"\n", lambda c: c[:-1]):
        with _changed(victim, change):
            findings = verify_fixity(shared, context)
        assert worst(findings) is FAILED
        assert victim.relative_to(shared).as_posix() in accused(findings)


def test_exchanged_files_are_named(bundle: Path, context: VerificationContext) -> None:
    """Two pupils' transcripts in each other's place: both are named."""
    first, second = _exchange(bundle)
    findings = verify_bundle(bundle, _quick(context)).findings
    assert {first, second} <= {f.subject for f in findings if f.indication is FAILED}


def test_deleted_file_is_named(bundle: Path, context: VerificationContext) -> None:
    """A file that is gone is named, whatever it was."""
    for name in _files(bundle):
        content = (bundle / name).read_bytes()
        (bundle / name).unlink()
        findings = verify_fixity(bundle, context)
        (bundle / name).write_bytes(content)
        assert name in accused(findings), name
        assert worst(findings) is FAILED, name


def test_added_file_is_named(bundle: Path, context: VerificationContext) -> None:
    """A file too many is named, in every folder of the bundle."""
    folders = sorted({(bundle / name).parent for name in _files(bundle)})
    for folder in folders:
        extra = folder / "extra.pdf"
        extra.write_bytes(b"%PDF-1.7\n")
        findings = verify_fixity(bundle, context)
        extra.unlink()
        assert worst(findings) is FAILED, folder
        assert extra.relative_to(bundle).as_posix() in accused(findings)


def test_renamed_file_is_named_twice(bundle: Path, context: VerificationContext) -> None:
    """The old name is missing and the new one is too many."""
    for name in (n for n in _files(bundle) if n.startswith(("data/", "metadata/policies"))):
        old = bundle / name
        new = old.with_name(f"renamed{old.suffix}")
        old.rename(new)
        findings = verify_fixity(bundle, context)
        new.rename(old)
        assert worst(findings) is FAILED
        assert {name, new.relative_to(bundle).as_posix()} <= accused(findings)


def test_empty_folder_is_named(bundle: Path, context: VerificationContext) -> None:
    """A folder that holds nothing does not survive every copy, and none was sealed."""
    (bundle / "data" / "nothing").mkdir()
    findings = verify_fixity(bundle, context)
    assert worst(findings) is FAILED
    assert "data/nothing" in accused(findings)


def test_link_to_the_same_bytes_is_named(bundle: Path, context: VerificationContext) -> None:
    """A link is no file, even when it leads to exactly the sealed bytes."""
    makers: tuple[Callable[[Path, Path], None], ...] = (os.symlink, os.link)
    for number, make in enumerate(makers):
        victim = sorted(bundle.glob("data/*/hoc-ba.*.pdf"))[number]
        outside = bundle.parents[2] / f"outside-{number}.pdf"
        victim.rename(outside)
        make(outside, victim)
        findings = verify_fixity(bundle, context)
        assert worst(findings) is FAILED
        assert victim.relative_to(bundle).as_posix() in accused(findings)


# Forgers, who rewrite every list.


def test_forger_of_a_source_fails_at_the_seal(bundle: Path, context: VerificationContext) -> None:
    """Every list agrees with the changed file; only the seal does not."""
    victim = min(bundle.glob("data/sources/*/*.json"))
    victim.write_bytes(victim.read_bytes().replace(b"a", b"e", 1))
    rewrite_lists(bundle)
    report = verify_bundle(bundle, context)
    assert report.indication is FAILED
    assert _failed_subjects(report.findings) == {SEAL, TAGS}
    assert victim.relative_to(bundle).as_posix() not in accused(report.findings)


def test_forger_of_a_document_fails_at_the_seal_and_at_the_document(
    bundle: Path, context: VerificationContext
) -> None:
    """A changed page breaks the signatures of the document besides the seal of the bundle."""
    victim = min(bundle.glob("data/*/hoc-ba.*.pdf"))
    content = bytearray(victim.read_bytes())
    content[content.index(b"stream") + 40] ^= 1
    victim.write_bytes(bytes(content))
    rewrite_lists(bundle)
    report = verify_bundle(bundle, _quick(context))
    name = victim.relative_to(bundle).as_posix()
    failed = _failed_subjects(report.findings)
    assert SEAL in failed
    assert any(subject.startswith(name) for subject in failed)


def test_forger_who_exchanges_two_pupils_is_seen_twice(
    bundle: Path, context: VerificationContext
) -> None:
    """With all lists rewritten, the seal fails and each document contradicts its place."""
    names = _exchange(bundle)
    rewrite_lists(bundle)
    report = verify_bundle(bundle, _quick(context))
    identity = {f.subject for f in report.findings if f.check == "CMP-IDENTITY"}
    assert SEAL in _failed_subjects(report.findings)
    assert identity == set(names)


def test_forger_who_drops_a_pupil_fails_at_the_seal(
    bundle: Path, context: VerificationContext
) -> None:
    """A transcript that vanishes from all lists leaves the seal behind."""
    min(bundle.glob("data/*/hoc-ba.*.pdf")).unlink()
    rewrite_lists(bundle)
    report = verify_bundle(bundle, _quick(context))
    assert report.indication is FAILED
    assert SEAL in _failed_subjects(report.findings)


def test_stripped_seal_never_passes(bundle: Path, context: VerificationContext) -> None:
    """Without its seal a bundle cannot be judged, however well its lists agree."""
    (bundle / SEAL).unlink()
    assert verify_bundle(bundle, _quick(context)).indication is not Indication.TOTAL_PASSED
    rewrite_lists(bundle)
    report = verify_bundle(bundle, context)
    assert report.indication is Indication.INDETERMINATE
    assert [f.subject for f in report.findings if f.check == "SEL-NONE"] == [SEAL]
    shutil.rmtree(bundle / "seal")
    assert verify_bundle(bundle, _quick(context)).indication is not Indication.TOTAL_PASSED


def test_seal_of_a_forged_authority_with_the_same_names_fails(
    demo: Demo, bundle: Path, tmp_path: Path, context: VerificationContext
) -> None:
    """An own authority that copies every name gets nowhere: the seal's certificate is pinned."""
    forge_seal(demo, bundle, tmp_path / "forged", context.at)
    report = verify_bundle(bundle, context)
    assert report.indication is FAILED
    assert ("SEL-FOREIGN", SEAL) in {(f.check, f.subject) for f in report.findings}


def test_seal_of_a_forged_authority_without_pins_does_not_pass(
    demo: Demo, bundle: Path, tmp_path: Path, context: VerificationContext
) -> None:
    """Even who pins no seal is not fooled: the forger's root is no anchor."""
    forge_seal(demo, bundle, tmp_path / "forged", context.at)
    unpinned = replace(context, trust=replace(context.trust, seals=()), check_pdfa=False)
    report = verify_bundle(bundle, unpinned)
    assert report.indication is not Indication.TOTAL_PASSED
    assert SEAL in accused(report.findings)


# The command itself.


def test_command_exits_with_5_and_names_the_file(demo: Demo, bundle: Path) -> None:
    """``verify`` says in words and in JSON which file is damaged."""
    victim = min(bundle.glob("data/sources/*/*.csv"))
    victim.write_bytes(_flip(3, 1)(victim.read_bytes()))
    name = victim.relative_to(bundle).as_posix()
    ran = run("verify", bundle, archive=demo.archive, lang="vi")
    assert (ran.code, ran.err) == (5, "")
    assert name in ran.out
    assert "KHÔNG" in ran.out
    ran = run("verify", bundle, "--format", "json", archive=demo.archive)
    assert ran.code == 5
    assert ran.json["indication"] == "TOTAL_FAILED"
    failed = {f["subject"] for f in ran.json["findings"] if f["indication"] == "TOTAL_FAILED"}
    assert name in failed


def test_command_exits_with_5_for_a_forger_and_6_without_a_seal(demo: Demo, bundle: Path) -> None:
    """The exit codes of a forged and of a stripped bundle, by the real command on a copy."""
    (bundle / "data").joinpath("readme.txt").write_text("nothing\n")
    rewrite_lists(bundle)
    assert run("verify", bundle, archive=demo.archive).code == 5
    (bundle / "data" / "readme.txt").unlink()
    (bundle / SEAL).unlink()
    rewrite_lists(bundle)
    assert run("verify", bundle, archive=demo.archive).code == 6


# What a forger can do.


def rewrite_lists(root: Path) -> None:
    """Rewrite records list, sizes, manifests, tag manifest and the digests beside the seal."""
    payload = [n for n in _files(root) if n.startswith("data/")]
    digests = {n: hashlib.sha512((root / n).read_bytes()).hexdigest() for n in payload}
    _rewrite_records(root / "metadata" / "records.csv", digests)
    size = sum((root / n).stat().st_size for n in payload)
    info = root / "bag-info.txt"
    oxum = f"Payload-Oxum: {size}.{len(payload)}\n"
    info.write_text(re.sub(r"Payload-Oxum: .*\n", oxum, info.read_text("utf-8")), "utf-8")
    _write_list(root, "manifest-sha512.txt", payload)
    _write_list(root, "manifest-sha256.txt", payload)
    tags = [n for n in _files(root) if not n.startswith(("data/", "seal/")) and n != TAGS]
    _write_list(root, TAGS, tags)
    beside = [n for n in _files(root) if n.startswith("seal/") and "fixity" not in n]
    _write_list(root, "seal/fixity-sha512.txt", beside)


def _rewrite_records(path: Path, digests: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))
    output = io.StringIO(newline="")
    writer = csv.DictWriter(output, rows[0].keys(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(r | {"sha512": digests[r["path"]]} for r in rows if r["path"] in digests)
    path.write_bytes(output.getvalue().encode("utf-8"))


def _write_list(root: Path, name: str, paths: list[str]) -> None:
    algorithm = "sha256" if "sha256" in name else "sha512"
    lines = (f"{hashlib.new(algorithm, (root / p).read_bytes()).hexdigest()}  {p}\n" for p in paths)
    (root / name).write_text("".join(lines), "utf-8")


def _exchange(root: Path) -> tuple[str, str]:
    first, second = sorted(root.glob("data/*/hoc-ba.*.pdf"))[:2]
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    return first.relative_to(root).as_posix(), second.relative_to(root).as_posix()


def forge_seal(demo: Demo, root: Path, folder: Path, at: datetime) -> None:
    """Seal a changed bundle with an own authority whose certificates bear the school's names."""
    school = decode_configuration((demo.archive / "school.toml").read_bytes()).school
    authority = create_authority(folder, [], school.name, school.tax_code, at)
    victim = min(root.glob("data/sources/*/*.json"))
    victim.write_bytes(victim.read_bytes().replace(b"a", b"e", 1))
    rewrite_lists(root)
    seal = sign_detached(
        (root / TAGS).read_bytes(),
        authority.open_demo_key(SEAL_CODE),
        authority.timestamper(at),
        claimed_time=at,
    )
    (root / SEAL).write_bytes(seal)
    rewrite_lists(root)


def _failed_subjects(findings: tuple[Finding, ...]) -> set[str]:
    return {f.subject for f in findings if f.indication is FAILED}
