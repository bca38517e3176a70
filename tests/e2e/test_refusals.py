"""What must not happen does not happen: one clear line, the right exit code, nothing written."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.ingest.assemble import ClassYear
from preserve.model.configuration import SchoolConfiguration
from preserve.model.overview import Scope
from preserve.workflow.archive import held_submissions, open_archive, school_profile
from preserve.workflow.configure import configure
from preserve.workflow.demo_people import appoint_all, make_authority
from preserve.workflow.occasion import Occasion
from preserve.workflow.scope import class_years
from tests.e2e.stage import (
    STATED,
    Demo,
    Ran,
    command,
    environment,
    is_one_line,
    key_of,
    records,
    rewind,
    run,
    sealed_copy,
    snapshot,
    steps,
    succeed,
    unrendered,
)

PUPIL = "9920000001"
BOTH = ("vi", "en")


def assert_refused(ran: Ran, *codes: int) -> None:
    """A refusal is one line of words on the error stream and one of the codes."""
    assert ran.code in codes, f"{ran.code}: {ran.out}{ran.err}"
    assert is_one_line(ran.err), ran.err
    assert ran.out == ""


def refuse_unchanged(
    archive: Path, codes: tuple[int, ...], *arguments: object, langs: tuple[str, ...] = ("en",)
) -> str:
    """Run a command that must refuse and leave every byte as it was; return what it said."""
    before = snapshot(archive)
    said = [run(*arguments, archive=archive, lang=lang) for lang in langs]
    for ran in said:
        assert_refused(ran, *codes)
    assert len({ran.err for ran in said}) == len(langs), "one of the languages is missing"
    assert snapshot(archive) == before
    return said[-1].err


# Roles, order, certificates.


def test_a_year_is_not_sealed_before_the_principal_signed(demo: Demo, tmp_path: Path) -> None:
    """Every document that lacks a signature is named, with the field that is empty."""
    archive = rewind(demo, tmp_path, {"SUBJECT", "HOMEROOM"})
    said = refuse_unchanged(archive, (7,), "seal-year", demo.year, "--key", "demo:SEAL", langs=BOTH)
    for folder in demo.documents:
        assert folder.name in said
    assert f"PRINCIPAL_{demo.year}" in said
    assert list((archive / "packages").iterdir()) == []


def test_homeroom_teacher_cannot_sign_as_principal(demo: Demo, tmp_path: Path) -> None:
    """A valid certificate of somebody else does not open the principal's field."""
    archive = rewind(demo, tmp_path, {"SUBJECT", "HOMEROOM"})
    key = key_of(archive, "homeroom_teacher")
    refuse_unchanged(archive, (7,), "sign", "--role", "principal", "--key", key, langs=BOTH)
    refuse_unchanged(archive, (7,), "sign", "--role", "school_seal", "--key", key)


def test_principal_cannot_sign_before_the_homeroom_teacher(demo: Demo, tmp_path: Path) -> None:
    """The order of the signing policy holds, and the documents that wait are named."""
    archive = rewind(demo, tmp_path, {"SUBJECT"})
    key = key_of(archive, "principal")
    said = refuse_unchanged(archive, (7,), "sign", "--role", "principal", "--key", key)
    assert f"HOMEROOM_{demo.year}" in said


def test_only_the_schools_seal_seals(demo: Demo, tmp_path: Path) -> None:
    """The principal's key is no seal, even when every signature is there."""
    archive = rewind(demo, tmp_path, {"SUBJECT", "HOMEROOM", "PRINCIPAL", "SEAL"})
    key = key_of(archive, "principal")
    refuse_unchanged(archive, (7,), "seal-year", demo.year, "--key", key)


def test_a_year_is_not_sealed_twice_without_a_reason(demo: Demo, tmp_path: Path) -> None:
    """A sealed year stays as it is unless somebody says why it gets a second version."""
    archive = sealed_copy(demo, tmp_path)
    refuse_unchanged(archive, (7,), "seal-year", demo.year, "--key", "demo:SEAL")


def test_an_expired_certificate_does_not_sign(demo: Demo, tmp_path: Path) -> None:
    """Certificates that ended five years ago sign nothing, and nothing is written."""
    archive = unrendered(demo, tmp_path)
    _appoint_expired(archive, tmp_path / "authority")
    succeed("render", "--pupil", PUPIL, archive=archive)
    key = key_of(archive, "homeroom_teacher")
    refuse_unchanged(
        archive,
        (3, 7),
        "sign",
        "--role",
        "homeroom_teacher",
        "--key",
        key,
        "--pupil",
        PUPIL,
        langs=BOTH,
    )
    assert len(list(archive.glob("years/*/documents/*/*.pdf"))) == 1


def _appoint_expired(archive: Path, authority_folder: Path) -> None:
    """Replace the demo's authority by one whose certificates have all expired."""
    shutil.rmtree(authority_folder)
    shutil.rmtree(archive / "trust")
    now = datetime.now(UTC).replace(microsecond=0)
    opened = open_archive(archive)
    profile = school_profile(held_submissions(opened))
    classes: tuple[ClassYear, ...] = tuple(class_years(opened, Scope()))
    authority = make_authority(authority_folder, profile, classes, now - timedelta(days=3650))
    authority.write_trust(archive / "trust")
    configure(
        opened,
        SchoolConfiguration(
            school=profile.school,
            appointments=appoint_all(profile, classes, authority),
            timestamp_url="demo:",
            demo_authority="../authority",
        ),
        Occasion(now, "test"),
    )


def test_a_wrong_passphrase_signs_nothing(demo: Demo, tmp_path: Path) -> None:
    """The batch stops at the first attempt with one line."""
    archive = rewind(demo, tmp_path, {"SUBJECT"})
    code = key_of(archive, "homeroom_teacher").removeprefix("demo:")
    wrong = tmp_path / "passphrase"
    wrong.write_text("not this one\n")
    key = f"pkcs12:{tmp_path / 'authority' / 'keys' / code}.p12"
    refuse_unchanged(
        archive,
        (3,),
        *("sign", "--role", "homeroom_teacher", "--key", key, "--passphrase-file", wrong),
    )


# Inputs.


def test_missing_and_unreadable_inputs_change_nothing(demo: Demo, tmp_path: Path) -> None:
    """Nothing there, a folder, nothing in it, noise, half a file: exit 2, the file is named."""
    archive = unrendered(demo, tmp_path)
    (good,) = demo.folder.glob(f"exports/{demo.year}/hk1/bang_diem_*.xlsx")
    whole = good.read_bytes()
    inputs = tmp_path / "inputs"
    (inputs / "folder.xlsx").mkdir(parents=True)
    (inputs / "empty.xlsx").write_bytes(b"")
    (inputs / "noise.xlsx").write_bytes(random.Random(5).randbytes(4000))  # noqa: S311  (noise)
    (inputs / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    (inputs / "half.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + whole[:600])
    before = snapshot(archive)
    assert_refused(run("import", inputs / "missing.xlsx", archive=archive), 2)
    for file in sorted(inputs.iterdir()):
        ran = run("import", file, archive=archive, lang="vi" if "e" in file.stem else "en")
        said = ran.out + ran.err
        assert ran.code == 2, file.name
        assert "Traceback" not in said
        assert len(said.splitlines()) <= 2
        assert file.is_dir() or file.name in said
    assert snapshot(archive) == before


def test_one_bad_file_keeps_the_good_ones_out(demo: Demo, tmp_path: Path) -> None:
    """An import is taken in whole or not at all."""
    archive = unrendered(demo, tmp_path)
    exports = tmp_path / "exports"
    shutil.copytree(demo.folder / "exports", exports)
    victim = next(iter(sorted(exports.glob("*/hk2/*.xlsx"))))
    victim.write_bytes(victim.read_bytes()[:-3000])
    before = snapshot(archive)
    ran = run("import", exports, "--format", "json", archive=archive)
    assert ran.code == 2
    assert ran.json["outcome"] == "refused"
    assert [f["file"] for f in ran.json["files"] if f["outcome"] == "refused"] == [
        victim.relative_to(exports).as_posix()
    ]
    assert snapshot(archive) == before


def test_verify_of_nothing_is_bad_input(demo: Demo, tmp_path: Path) -> None:
    """A path where nothing lies, and a folder that is nothing to verify, are no verdicts."""
    for path in (tmp_path / "nothing.pdf", tmp_path):
        refuse_unchanged(demo.archive, (2,), "verify", path)


def test_verify_without_trust_cannot_tell(demo: Demo, tmp_path: Path) -> None:
    """With an empty trust folder a document is neither right nor wrong."""
    (tmp_path / "trust").mkdir()
    transcript = next(f for f in demo.documents if f.name.startswith("hoc-ba"))
    target = steps(transcript)[-1]
    ran = run("verify", target, "--trust", tmp_path / "trust", "--format", "json")
    assert ran.code == 6
    assert ran.json["indication"] == "INDETERMINATE"


def test_commands_outside_an_archive_say_so(tmp_path: Path) -> None:
    """In a folder that is no archive every command refuses in one line."""
    for arguments in (("status",), ("render",), ("verify", tmp_path)):
        assert_refused(run(*arguments, archive=tmp_path), 2)


# Copies.


def test_one_copy_is_too_few(demo: Demo, tmp_path: Path) -> None:
    """One verified copy is kept and has its receipt, and exit code 6 says that one more is due."""
    archive = sealed_copy(demo, tmp_path, copied=False)
    media = [tmp_path / "usb-a", tmp_path / "usb-b"]
    for medium in media:
        medium.mkdir()
    first = run("copy", demo.year, "--to", media[0].as_uri(), archive=archive)
    assert first.code == 6
    assert is_one_line(first.err)
    assert snapshot(media[0] / demo.bundle.parent.name / "v0001") == snapshot(demo.bundle)
    second = run("copy", demo.year, "--to", media[1].as_uri(), archive=archive)
    assert second.code == 0, second.err


def test_a_copy_is_never_overwritten(demo: Demo, tmp_path: Path) -> None:
    """A medium that holds another bundle of that name is refused and stays as it is."""
    archive = sealed_copy(demo, tmp_path, copied=False)
    medium = tmp_path / "usb"
    shutil.copytree(demo.folder / "media" / "usb-01", medium)
    other = next(medium.rglob("tagmanifest-sha512.txt"))
    other.write_bytes(other.read_bytes() + b"\n")
    before = snapshot(medium)
    refuse_unchanged(archive, (4,), "copy", demo.year, "--to", medium.as_uri(), langs=BOTH)
    assert snapshot(medium) == before


def test_a_missing_target_stops_the_copy_before_the_first_byte(demo: Demo, tmp_path: Path) -> None:
    """With one good and one missing target nothing is written to either."""
    archive = sealed_copy(demo, tmp_path, copied=False)
    (tmp_path / "good").mkdir()
    targets = ((tmp_path / "good").as_uri(), (tmp_path / "missing").as_uri())
    refuse_unchanged(archive, (4,), "copy", demo.year, "--to", targets[0], "--to", targets[1])
    assert list((tmp_path / "good").iterdir()) == []


# Full and read-only disks: real file systems, mounted for the test.


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system in memory; its size and its rights are changed by ``_remount``."""
    mount = tmp_path / "disk"
    mount.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a file system of limited size")
    made = _mount(mount, "size=64m")
    if made.returncode:
        pytest.skip(f"this machine does not let root mount a file system: {made.stderr.strip()}")
    try:
        yield mount
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def _mount(mount: Path, options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(mount)],
        capture_output=True,
        text=True,
        check=False,
    )


def _remount(mount: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(mount)], check=True)


def _leave_free(mount: Path, pages: int) -> None:
    """Shrink the file system until only so many pages are free."""
    state = os.statvfs(mount)
    used = state.f_blocks - state.f_bfree
    _remount(mount, f"size={(used + pages) * state.f_frsize}")
    assert os.statvfs(mount).f_bfree == pages


def _lay(demo: Demo, mount: Path, prepare: Callable[[Demo, Path], Path]) -> Path:
    return prepare(demo, mount / "school")


def test_init_on_a_full_disk_leaves_nothing(demo: Demo, disk: Path) -> None:
    """An archive appears whole or not at all, however little space there is."""
    school = demo.folder / "exports" / "school.json"
    for pages in (1, 2, 4):
        _remount(disk, f"size={pages * 4096}")
        assert_refused(run("init", disk / "archive", "--school", school), 4)
        assert list(disk.iterdir()) == []
    _remount(disk, "size=64m")
    succeed("init", disk / "archive", "--school", school)


def test_import_on_a_full_disk_keeps_nothing_and_loses_nothing(demo: Demo, disk: Path) -> None:
    """With room for half the originals none is kept; with room for all the import goes through."""
    school = demo.folder / "exports" / "school.json"
    archive = disk / "archive"
    succeed("init", archive, "--school", school)
    _leave_free(disk, 8)
    before = snapshot(archive)
    refuse_unchanged(archive, (4,), "import", demo.folder / "exports")
    assert snapshot(archive) == before
    _remount(disk, "size=64m")
    succeed("import", demo.folder / "exports", archive=archive)


@pytest.mark.parametrize("pages", [0, 40])
def test_render_on_a_full_disk_leaves_whole_documents_only(
    demo: Demo, disk: Path, pages: int
) -> None:
    """What fits is whole, what does not fit is absent, and the next run makes the rest."""
    archive = unrendered(demo, disk / "school")
    before = snapshot(archive)
    _leave_free(disk, pages)
    assert_refused(run("render", archive=archive), 4)
    _nothing_lost(before, archive)
    _whole_documents(demo, archive)
    _remount(disk, "size=64m")
    succeed("render", archive=archive)
    _same_documents_as(demo, archive)


def test_sign_on_a_full_disk_leaves_whole_signatures_only(demo: Demo, disk: Path) -> None:
    """Signed files are whole or absent, and the next run adds only those that are missing."""
    archive = rewind(demo, disk / "school", {"SUBJECT"})
    arguments = ("sign", "--role", "homeroom_teacher", "--key", key_of(archive, "homeroom_teacher"))
    before = snapshot(archive)
    _leave_free(disk, 110)
    assert_refused(run(*arguments, archive=archive), 4)
    assert list(archive.glob("years/*/documents/*/*_HOMEROOM-*")), "not even one did fit"
    _nothing_lost(before, archive)
    _whole_documents(demo, archive)
    _remount(disk, "size=64m")
    succeed(*arguments, archive=archive)
    assert len(list(archive.glob("years/*/documents/*/*_HOMEROOM-*"))) == len(demo.documents)


def test_seal_on_a_full_disk_leaves_no_bundle(demo: Demo, disk: Path) -> None:
    """A bundle that does not fit is not there at all, and the archive is unchanged."""
    archive = rewind(demo, disk / "school", {"SUBJECT", "HOMEROOM", "PRINCIPAL", "SEAL"})
    _leave_free(disk, 150)
    before = snapshot(archive)
    ran = run("seal-year", demo.year, "--key", "demo:SEAL", archive=archive)
    assert_refused(ran, 4)
    assert snapshot(archive) == before
    _remount(disk, "size=64m")
    succeed("seal-year", demo.year, "--key", "demo:SEAL", archive=archive)


def test_copy_to_a_full_disk_leaves_no_copy(demo: Demo, disk: Path, tmp_path: Path) -> None:
    """A copy that does not fit gets neither a folder nor a receipt."""
    archive = sealed_copy(demo, tmp_path, copied=False)
    _leave_free(disk, 100)
    refuse_unchanged(archive, (4,), "copy", demo.year, "--to", disk.as_uri())
    assert list(disk.iterdir()) == []


def test_a_read_only_archive_refuses_every_act(demo: Demo, disk: Path) -> None:
    """Each command that writes says in one line that it cannot; those that read still work."""
    archive = rewind(demo, disk / "school", {"SUBJECT"})
    _remount(disk, "ro")
    homeroom = key_of(archive, "homeroom_teacher")
    for arguments in (
        ("import", demo.folder / "exports"),
        ("render", "--reason", "test"),
        ("sign", "--role", "homeroom_teacher", "--key", homeroom),
    ):
        ran = run(*arguments, archive=archive)
        if arguments[0] == "render":
            assert ran.code == 0, "nothing was to be rendered, so nothing was to be written"
        else:
            assert_refused(ran, 4)
    assert_refused(run("init", disk / "new", "--school", demo.folder / "exports/school.json"), 4)
    succeed("status", archive=archive)
    assert records(archive)
    _remount(disk, "rw")


def test_a_read_only_target_refuses_copy_and_dossier(
    demo: Demo, disk: Path, tmp_path: Path
) -> None:
    """Neither a copy nor a dossier is written, and the journal does not claim one."""
    archive = sealed_copy(demo, tmp_path, copied=False)
    _remount(disk, "ro")
    refuse_unchanged(archive, (4,), "copy", demo.year, "--to", disk.as_uri())
    refuse_unchanged(archive, (4,), "issue-transcript", PUPIL, "--to", disk / "out", *STATED)
    _remount(disk, "rw")
    assert list(disk.iterdir()) == []


def _nothing_lost(before: dict[str, str], archive: Path) -> None:
    after = snapshot(archive)
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed <= {"journal.jsonl"}
    assert list(archive.rglob(".*")) == []


def _whole_documents(demo: Demo, archive: Path) -> None:
    for file in archive.glob("years/*/documents/*/*.pdf"):
        content = file.read_bytes()
        assert content.rstrip().endswith(b"%%EOF"), file.name
        former = file.parent / "00_rendered.pdf"
        assert content.startswith(former.read_bytes())
    assert len(list(archive.glob("years/*/documents/*/*.pdf"))) <= 18 + 4 * len(demo.documents)


def _same_documents_as(demo: Demo, archive: Path) -> None:
    """Rendering is reproducible: the archive holds the very bytes that the demo rendered."""
    for folder in demo.documents:
        again = archive / "years" / demo.year / "documents" / folder.name / "00_rendered.pdf"
        assert again.read_bytes() == (folder / "00_rendered.pdf").read_bytes()


# Interruption from the keyboard.


@contextmanager
def _keyboard() -> Iterator[None]:
    """Let children hear Ctrl-C even if the tests run in the background, where it is ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _interrupt_rendering(archive: Path) -> Ran:
    """Press Ctrl-C as soon as the first document lies there."""
    line = [*command("render", archive=archive)]
    line[line.index("--jobs") + 1] = "2"
    with (
        _keyboard(),
        subprocess.Popen(
            line,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        while process.poll() is None and not list(archive.glob("years/*/documents/*")):
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)


def test_interrupted_rendering_goes_on(demo: Demo, tmp_path: Path) -> None:
    """Ctrl-C ends with 130 and one line; what was finished stays; the next run makes the rest."""
    # On a busy machine five documents may be made before the signal is sent: then once more.
    for attempt in range(4):
        archive = unrendered(demo, tmp_path / str(attempt))
        ran = _interrupt_rendering(archive)
        if ran.code != 0:
            break
    out, err = ran.out, ran.err
    assert ran.code == 130, err
    # Click ends the line on which a terminal echoes "^C" before anything is said.
    assert len(err.strip().splitlines()) == 1, err
    assert out == ""
    assert list(archive.rglob(".partial-*")) == []
    _whole_documents(demo, archive)
    succeed("render", archive=archive)
    _same_documents_as(demo, archive)
