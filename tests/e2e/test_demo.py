"""One command makes a school's year from its export files to verified copies."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import openpyxl
import pytest
from cryptography import x509

from preserve.journal.chain import check_chain
from tests.e2e.stage import (
    STATED,
    Demo,
    command,
    environment,
    is_one_line,
    key_of,
    records,
    rewind,
    run,
    sealed_copy,
    signed_fields,
    snapshot,
    steps,
    succeed,
)

STAGES = 12
KILLS = 5


def test_demo_ends_with_a_table_of_what_lies_where(demo: Demo) -> None:
    """The table has a row per stage, and every place that it names exists."""
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in demo.told.out.splitlines()
        if line.startswith("│")
    ]
    stages = [row for row in rows if row[0]]
    assert len(stages) == STAGES
    for _stage, made, where, seconds in stages:
        assert made
        assert (demo.folder / where).exists(), where
        assert re.fullmatch(r"\d+\.\d", seconds)
    assert str(demo.folder) in demo.told.out


def test_demo_says_nothing_on_the_error_stream(demo: Demo) -> None:
    """Neither progress nor warnings reach the error stream when it is no terminal."""
    assert demo.told.err == ""


def test_every_document_has_a_file_per_signature(demo: Demo) -> None:
    """A transcript has three signatures, the grade book one per teaching assignment and three."""
    assert len(demo.documents) == 1 + len(demo.pupils)
    for folder in demo.documents:
        files = steps(folder)
        assert [f.name[:2] for f in files] == [f"{n:02d}" for n in range(len(files))]
        assert len(files) == (4 if folder.name.startswith("hoc-ba") else 18)


def test_each_later_file_begins_with_the_bytes_of_the_former(demo: Demo) -> None:
    """Signing appends; not one byte of what was signed before moves."""
    for folder in demo.documents:
        former = b""
        for file in steps(folder):
            content = file.read_bytes()
            assert content.startswith(former), file
            assert len(content) > len(former)
            former = content


def test_each_file_bears_one_more_signature_than_the_former(demo: Demo) -> None:
    """The number in a file's name is the number of its signatures, each in a field of its own."""
    for folder in demo.documents:
        # The grade book has seventeen: the ends of the row and every third one between suffice.
        files = [*enumerate(steps(folder))]
        for number, file in (*files[: len(files) - 1 : 3], files[-1]):
            fields = signed_fields(file)
            assert len(fields) == len(set(fields)) == number, file


def test_sealed_documents_are_the_newest_files(demo: Demo) -> None:
    """The bundle holds every document's last file, byte for byte."""
    for folder in demo.documents:
        (sealed,) = demo.bundle.glob(f"data/*/{folder.name}.pdf")
        assert sealed.read_bytes() == steps(folder)[-1].read_bytes()


def test_copies_are_the_bundle(demo: Demo) -> None:
    """Both media hold the bundle file by file."""
    original = snapshot(demo.bundle)
    assert len(demo.copies) == 2
    for copy in demo.copies:
        assert snapshot(copy) == original


def test_originals_are_kept_byte_for_byte(demo: Demo) -> None:
    """Every export file lies in an import folder with the same bytes."""
    exported = {p.read_bytes() for p in (demo.folder / "exports").rglob("*") if p.is_file()}
    kept = {p.read_bytes() for p in demo.archive.glob("imports/*/originals/*")}
    assert exported == kept


def test_key_files_are_private(demo: Demo) -> None:
    """Nobody but the owner may read a key or its passphrase."""
    files = [p for p in (demo.authority / "keys").iterdir() if p.is_file()]
    assert len(files) > 30
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600, file.name


def test_every_certificate_says_demo(demo: Demo) -> None:
    """No certificate of the demo can be taken for a real one."""
    files = sorted((demo.authority / "certificates").iterdir())
    assert len(files) > 15
    for file in files:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        assert "DEMO" in certificate.subject.rfc4514_string(), file.name
        assert "DEMO" in certificate.issuer.rfc4514_string(), file.name


def test_journal_chain_is_whole(demo: Demo) -> None:
    """Every event names the digest of the one before it."""
    assert check_chain(demo.archive / "journal.jsonl") == ()


def test_no_temporary_file_is_left(demo: Demo) -> None:
    """No hidden or partial file lies anywhere in the demo's folder."""
    assert list(demo.folder.rglob(".*")) == []


def test_second_render_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    """Rendering again reports every document as unchanged and writes nothing at all."""
    archive = sealed_copy(demo, tmp_path)
    before = snapshot(archive)
    ran = succeed("render", "--format", "json", archive=archive)
    assert {row["outcome"] for row in ran.json} == {"unchanged"}
    assert len(ran.json) == len(demo.documents)
    assert snapshot(archive) == before


def test_second_signing_signs_nothing(demo: Demo, tmp_path: Path) -> None:
    """Whoever signed everything already signs nothing more and writes nothing at all."""
    archive = sealed_copy(demo, tmp_path)
    before = snapshot(archive)
    for role, key in (
        ("homeroom_teacher", key_of(archive, "homeroom_teacher")),
        ("school_seal", "demo:SEAL"),
    ):
        ran = succeed("sign", "--role", role, "--key", key, "--format", "json", archive=archive)
        assert {row["outcome"] for row in ran.json} == {"already"}
    assert snapshot(archive) == before


def test_killed_batch_goes_on_where_it_stopped(demo: Demo, tmp_path: Path) -> None:
    """After five kills every visible file is whole, and the sixth run adds only what is missing."""
    archive = rewind(demo, tmp_path, {"SUBJECT"})
    arguments = ("sign", "--role", "homeroom_teacher", "--key", key_of(archive, "homeroom_teacher"))
    chance = random.Random(7)  # noqa: S311  (moments of a test, not secrets)
    killed = sum(_kill_midway(archive, arguments, chance) for _ in range(KILLS))
    assert killed >= 3, "the batch was killed too rarely to say anything"
    succeed(*arguments, archive=archive)
    for folder in archive.glob("years/*/documents/*"):
        files = steps(folder)
        assert [f.name for f in files if "HOMEROOM" in f.name] == [files[-1].name]
        assert files[-1].read_bytes().startswith(files[-2].read_bytes())
        assert signed_fields(files[-1]) == [*signed_fields(files[-2]), f"HOMEROOM_{demo.year}"]
    again = succeed(*arguments, "--format", "json", archive=archive)
    assert {row["outcome"] for row in again.json} == {"already"}
    assert check_chain(archive / "journal.jsonl") == ()


def _kill_midway(archive: Path, arguments: tuple[str, ...], chance: random.Random) -> bool:
    """Kill a batch soon after it signed one more document, or before; tell whether it died."""
    before = _signed(archive)
    with subprocess.Popen(
        command(*arguments, archive=archive),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        until_first = chance.random() < 0.8
        while until_first and process.poll() is None and _signed(archive) == before:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        code = process.wait()
    for file in archive.glob("years/*/documents/*/*_HOMEROOM-*.pdf"):
        assert file.read_bytes().rstrip().endswith(b"%%EOF"), file
        assert len(signed_fields(file)) == int(file.name[:2]), file
    return code == -signal.SIGKILL


def _signed(archive: Path) -> int:
    return sum(1 for _ in archive.glob("years/*/documents/*/*_HOMEROOM-*.pdf"))


# Names of pupils: the canaries.


@pytest.fixture(scope="session")
def canaries(demo: Demo) -> tuple[bytes, ...]:
    """Give every pupil's full name, in the spellings that a file or a terminal may hold."""
    names = {pupil["name"] for pupil in demo.pupils}
    assert all(len(name.split()) >= 3 for name in names)
    spelled = {f(name) for name in names for f in (str, str.upper, _without_spaces)}
    return tuple(sorted(name.encode() for name in spelled))


def _without_spaces(name: str) -> str:
    return "_".join(name.split())


def test_no_pupil_is_named_in_a_path(demo: Demo, canaries: tuple[bytes, ...]) -> None:
    """Paths hold codes only."""
    paths = b"\n".join(os.fsencode(p.relative_to(demo.folder)) for p in demo.folder.rglob("*"))
    assert b"9920000002" in paths
    assert [c for c in canaries if c in paths] == []


def test_no_pupil_is_named_in_the_descriptions(demo: Demo, canaries: tuple[bytes, ...]) -> None:
    """Journal, bag-info, records list and PREMIS name pupils by code only."""
    bundle = demo.bundle
    for file in (
        demo.archive / "journal.jsonl",
        demo.archive / "school.toml",
        *(p for p in bundle.rglob("*") if p.is_file() and "data" not in p.parts),
    ):
        content = file.read_bytes()
        assert [c for c in canaries if c in content] == [], file.name
    assert b"9920000002" in (bundle / "metadata" / "records.csv").read_bytes()


def test_no_command_names_a_pupil(demo: Demo, tmp_path: Path, canaries: tuple[bytes, ...]) -> None:
    """No output but that of ``records`` holds a name, neither in tables nor in JSON."""
    archive = sealed_copy(demo, tmp_path)
    said = [
        demo.told,
        run("check", archive=archive, lang="vi"),
        run("status", archive=archive),
        run("retention", "--format", "json", archive=archive, lang="vi"),
        run("render", archive=archive),
        run("sign", "--role", "principal", "--key", "demo:GV01", archive=archive),
        run("verify", demo.dossier, "--all", archive=archive),
        run("verify", steps(demo.documents[0])[-1], "--format", "json", archive=archive),
        run("issue-transcript", "9920000001", "--to", tmp_path / "out", *STATED, archive=archive),
        run("seal-year", demo.year, "--key", "demo:SEAL", archive=archive),
        run("doctor", archive=archive),
    ]
    for ran in said:
        text = (ran.out + ran.err).encode()
        assert [c for c in canaries if c in text] == [], text.decode()[:400]
    named = run("records", archive=archive)
    assert any(c in named.out.encode() for c in canaries), "the search would find nothing at all"


def test_faulty_import_names_the_cell_and_not_the_pupil(
    demo: Demo, tmp_path: Path, canaries: tuple[bytes, ...]
) -> None:
    """Findings about a roster and a gradebook point to cells; names stay in the file."""
    archive = sealed_copy(demo, tmp_path)
    roster = _spoil(demo, tmp_path, "danh_sach_hoc_sinh_*.xlsx", "32/13/2014")
    marks = _spoil(demo, tmp_path, "hk1/bang_diem_*.xlsx", "mười một")
    for file in (roster, marks):
        for form in ("text", "json"):
            ran = run("import", file, "--format", form, archive=archive)
            assert ran.code == 2, ran.out
            text = (ran.out + ran.err).encode()
            assert [c for c in canaries if c in text] == []
            assert file.name in ran.out


def _spoil(demo: Demo, folder: Path, pattern: str, value: str) -> Path:
    """Copy an export and put a bad value where the first pupil's date or first mark stands."""
    (source,) = demo.folder.glob(f"exports/{demo.year}/{pattern}")
    book = openpyxl.load_workbook(source)
    names = {pupil["name"] for pupil in records(demo.archive)[0:1] for pupil in [pupil["pupil"]]}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if any(cell.value in names for cell in row):
                after = next(i for i, cell in enumerate(row) if cell.value in names) + 1
                row[after].value = value
                target = folder / source.name
                book.save(target)
                return target
    raise AssertionError(f"{source.name} does not hold the first pupil")


def test_demo_refuses_a_folder_that_is_not_empty(demo: Demo) -> None:
    """The demo never writes into what exists; it says so in one line and leaves it alone."""
    before = snapshot(demo.folder / "exports")
    ran = run("demo", demo.folder / "exports")
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert snapshot(demo.folder / "exports") == before
