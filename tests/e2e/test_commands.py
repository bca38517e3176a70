"""The command line itself: help, languages, JSON, exit codes, where the archive is looked for."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.stage import (
    PRESERVE,
    Demo,
    command,
    environment,
    is_one_line,
    key_of,
    rewind,
    run,
    steps,
    succeed,
)

EXIT_CODES = Path(__file__).resolve().parents[2] / "docs" / "exit-codes.md"
COMMANDS = (
    "init",
    "import",
    "records",
    "check",
    "lock",
    "unlock",
    "request-correction",
    "render",
    "documents",
    "withdraw",
    "minutes",
    "transfer-summary",
    "print",
    "sign",
    "status",
    "seal-year",
    "copy",
    "verify",
    "issue-transcript",
    "issued",
    "retention",
    "demo",
    "doctor",
    "augment",
    "sign-request",
    "sign-answer",
    "sign-apply",
    "trust",
)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example_in_both_languages(name: str) -> None:
    """Every command explains itself in Vietnamese and English and shows one line to type."""
    vi, en = (run(name, "--help", lang=lang) for lang in ("vi", "en"))
    for ran, word in ((vi, "Ví dụ:"), (en, "Example:")):
        assert (ran.code, ran.err) == (0, "")
        example = ran.out.partition(word)[2].splitlines()[0]
        assert re.match(rf"\s+preserve .*{name}\b", example), ran.out
        assert "HELP-" not in ran.out
    assert vi.out != en.out


def test_help_lists_every_command() -> None:
    """The overview names each command with a sentence, and no other command exists."""
    out = run("--help").out
    listed = re.findall(r"^  ([a-z-]+)  +\S", out.partition("Commands:")[2], re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


def test_language_follows_option_then_locale() -> None:
    """``--lang`` wins over the locale; a neutral or missing locale means Vietnamese."""
    for locale, lang, vietnamese in (
        ("en_US.UTF-8", None, False),
        ("vi_VN.UTF-8", None, True),
        ("C.UTF-8", None, True),
        ("vi_VN.UTF-8", "en", False),
        ("en_US.UTF-8", "vi", True),
    ):
        ran = run("status", "--help", lang=lang, env={"LANG": locale})
        assert ("Ví dụ:" in ran.out) is vietnamese, (locale, lang)


def test_archive_is_found_by_option_variable_or_folder(demo: Demo, tmp_path: Path) -> None:
    """``--archive``, ``PRESERVE_ARCHIVE`` and the current directory, the first one first."""
    wanted = succeed("status", "--format", "json", archive=demo.archive).out
    variable = {"PRESERVE_ARCHIVE": str(demo.archive)}
    assert run("status", "--format", "json", env=variable, cwd=tmp_path).out == wanted
    assert run("status", "--format", "json", cwd=demo.archive).out == wanted
    assert run("status", archive=tmp_path, env=variable).code == 2


def test_version_and_unknown_commands() -> None:
    """The version is printed; an unknown command, option or value is bad usage."""
    assert re.fullmatch(r"preserve, version \d+\.\d+\.\d+\n", run("--version").out)
    for wrong in (("nothing",), ("status", "--nothing"), ("verify",), ("demo", "x", "--pupils=0")):
        assert run(*wrong).code == 2


def test_quiet_prints_no_table(demo: Demo) -> None:
    """``--quiet`` leaves the exit code to speak."""
    ran = run("--quiet", "status", archive=demo.archive)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


# JSON.


def test_records_json_has_the_documented_keys(demo: Demo) -> None:
    """Every key is there for every pupil; marks are strings with a point, or null."""
    held = run("records", "--format", "json", archive=demo.archive).json
    assert len(held) == 4
    for entry in held:
        assert {"pupil", "school_year", "class", "subjects", "hk1", "hk2", "year"} <= entry.keys()
        assert entry["pupil"].keys() == {
            *("code", "name", "birth_date", "gender", "personal_id", "ethnic_group")
        }
        assert {"learning", "conduct", "absent_total"} <= entry["hk1"].keys()
        assert {"learning", "conduct", "promoted", "title"} <= entry["year"].keys()
        for subject in entry["subjects"]:
            for half in ("hk1", "hk2"):
                semester = subject[half]
                assert semester.keys() == {"tx", "gk", "ck", "average", "level", "comment"}
                marks = [*semester["tx"], semester["gk"], semester["ck"], semester["average"]]
                assert all(m is None or re.fullmatch(r"(10|\d)\.\d", m) for m in marks)
            assert subject["year"].keys() == {"average", "level"}


def test_records_can_be_narrowed(demo: Demo) -> None:
    """``--year``, ``--class`` and ``--pupil`` choose; an empty choice is bad input."""
    narrowed = run("records", "--format", "json", "--pupil", "9920000003", archive=demo.archive)
    assert [e["pupil"]["code"] for e in narrowed.json] == ["9920000003"]
    for nothing in (("--pupil", "1"), ("--class", "1Z"), ("--year", "1999-2000")):
        assert run("records", *nothing, archive=demo.archive).code == 2


def test_import_json_has_the_documented_keys(demo: Demo) -> None:
    """A dry run reports every file with its profile and writes nothing."""
    exports = demo.folder / "exports"
    ran = run("import", exports, "--dry-run", "--format", "json", archive=demo.archive)
    assert {"outcome", "files"} <= ran.json.keys()
    assert len(ran.json["files"]) == 11
    for file in ran.json["files"]:
        assert file.keys() == {"file", "profile", "outcome", "findings"}
        assert file["profile"]


def test_verify_json_has_the_documented_keys(demo: Demo) -> None:
    """The report has its subject, verdict, time, policy and one entry per finding."""
    file = steps(next(f for f in demo.documents if f.name.startswith("hoc-ba")))[-1]
    ran = run("verify", file, "--format", "json", archive=demo.archive)
    assert ran.code == 0
    assert ran.json.keys() == {"subject", "indication", "verified_at", "policy", "findings"}
    assert ran.json["indication"] == "TOTAL_PASSED"
    for finding in ran.json["findings"]:
        assert finding.keys() == {
            *("check", "indication", "sub_indication", "subject", "message"),
            *("parameters", "requirement"),
        }
        assert finding["message"]
        assert "{" not in finding["message"]
        assert finding["requirement"]


@pytest.mark.parametrize("name", ["status", "retention", "check", "doctor"])
def test_reports_are_json_too(demo: Demo, name: str) -> None:
    """With ``--format json`` the output is one JSON value and nothing else."""
    ran = run(name, "--format", "json", archive=demo.archive)
    assert ran.code in {0, 6}
    assert isinstance(json.loads(ran.out), list)
    assert ran.err == ""


# Exit codes.


def _broken_pipe(demo: Demo, _folder: Path) -> int:
    """Run a command whose reader went away: the output did not arrive."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command("records", "--format", "json", archive=demo.archive),
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writing)
    assert b"Traceback" not in done.stderr
    return done.returncode


def _wrong_passphrase(demo: Demo, folder: Path) -> int:
    archive = rewind(demo, folder, {"SUBJECT"})
    code = key_of(archive, "homeroom_teacher").removeprefix("demo:")
    (folder / "wrong").write_text("not this one")
    key = f"pkcs12:{folder / 'authority' / 'keys' / code}.p12"
    arguments = ("sign", "--role", "homeroom_teacher", "--key", key)
    return _one_line(*arguments, "--passphrase-file", folder / "wrong", archive=archive)


def _too_early(demo: Demo, folder: Path) -> int:
    archive = rewind(demo, folder, {"SUBJECT"})
    return _one_line("seal-year", demo.year, "--key", "demo:SEAL", archive=archive)


def _damaged(demo: Demo, folder: Path) -> int:
    content = bytearray(steps(demo.documents[0])[-1].read_bytes())
    content[3000] ^= 1
    (folder / "damaged.pdf").write_bytes(bytes(content))
    return run("verify", folder / "damaged.pdf", archive=demo.archive).code


def _one_line(*arguments: object, archive: Path) -> int:
    ran = run(*arguments, archive=archive)
    assert is_one_line(ran.err), ran.err
    return ran.code


WAYS: dict[int, Callable[[Demo, Path], int]] = {
    0: lambda demo, _: run("status", archive=demo.archive).code,
    1: _broken_pipe,
    2: lambda demo, folder: _one_line("verify", folder / "none", archive=demo.archive),
    3: _wrong_passphrase,
    4: lambda demo, folder: _one_line(
        "copy", demo.year, "--to", (folder / "none").as_uri(), archive=demo.archive
    ),
    5: _damaged,
    6: lambda demo, folder: run("verify", demo.dossier, "--trust", folder).code,
    7: _too_early,
}


@pytest.mark.parametrize("code", sorted(WAYS))
def test_each_documented_exit_code_is_real(demo: Demo, tmp_path: Path, code: int) -> None:
    """A real command ends with each code that the page lists; 130 is shown by test_refusals."""
    assert WAYS[code](demo, tmp_path) == code


def test_the_page_lists_exactly_these_codes() -> None:
    """No code is documented that nothing produces, and none is produced that is not documented."""
    listed = {
        int(c) for c in re.findall(r"^\| (\d+) \|", EXIT_CODES.read_text("utf-8"), re.MULTILINE)
    }
    assert listed == {*WAYS, 130}


# Progress.


def test_progress_is_shown_on_a_terminal_only(demo: Demo) -> None:
    """Bars appear on a terminal, and neither in a pipe nor with ``--quiet``."""
    assert _error_stream_on_a_terminal(demo) != b""
    assert _error_stream_on_a_terminal(demo, "--quiet") == b""
    assert run("verify", demo.dossier, archive=demo.archive).err == ""


def _error_stream_on_a_terminal(demo: Demo, *options: str) -> bytes:
    master, slave = pty.openpty()
    line = command("verify", demo.dossier, archive=demo.archive)
    subprocess.run(
        [str(PRESERVE), *options, *line[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=slave,
        env=environment(TERM="xterm"),
        check=True,
    )
    os.set_blocking(master, False)
    try:
        shown = os.read(master, 65536)
    except BlockingIOError:
        shown = b""
    os.close(slave)
    os.close(master)
    return shown
