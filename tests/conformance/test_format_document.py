"""docs/format.md suffices to check a bundle: this checker is written from it alone.

The checker below uses the standard library only and imports nothing of the program. The program
is used once, in a fixture, to build the bundle that is judged.
"""

import csv
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest

from preserve.journal.chain import append, head
from preserve.package.bundle import BundleFile, BundleInfo, RecordRow, build_bundle

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "format.md"
COMPONENT = re.compile(r"(?![.])[A-Za-z0-9._-]{1,100}(?<![.])")
HEADER = (
    "record_id,record_class,subject_id,class_name,school_year,version,"
    "retention_rule,citation,retain_until,path,sha512"
)


def listed(root: Path, name: str) -> dict[str, str]:
    """Read one list of digests (section 3)."""
    entries: dict[str, str] = {}
    for line in (root / name).read_text("utf-8").splitlines():
        digest, path = line.split("  ", 1)
        if path in entries or path.startswith("/") or {"", ".", ".."} & set(path.split("/")):
            raise ValueError(f"{name}: {path}")
        entries[path] = digest
    spelling = "".join(f"{entries[path]}  {path}\n" for path in sorted(entries)).encode()
    if (root / name).read_bytes() != spelling:
        raise ValueError(f"{name}: another spelling")
    if not all(re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{128}", digest) for digest in entries.values()):
        raise ValueError(f"{name}: digest")
    return entries


def problems(root: Path) -> list[str]:
    """Return everything that is wrong with a bundle's fixity, without judging the CMS."""
    found = [str(path) for path in root.rglob("*") if path.is_symlink()]
    found += [str(p) for p in root.rglob("*") if p.is_dir() and not os.listdir(p)]  # noqa: PTH208
    files = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    for path in files:
        if not all(COMPONENT.fullmatch(part) for part in path.split("/")) or len(path) > 200:
            found.append(f"name: {path}")
    if len({path.lower() for path in files}) != len(files):
        found.append("names that differ only in case")
    seal = {path for path in files if path.startswith("seal/")}
    payload = {path for path in files if path.startswith("data/")}
    tags = files - seal - payload - {"tagmanifest-sha512.txt"}
    lists = {
        "seal/fixity-sha512.txt": seal - {"seal/fixity-sha512.txt"},
        "tagmanifest-sha512.txt": tags,
        "manifest-sha512.txt": payload,
        "manifest-sha256.txt": payload,
    }
    for name, expected in lists.items():
        try:
            entries = listed(root, name)
        except (ValueError, OSError) as error:
            found.append(f"{name}: {error}")
            continue
        found += [f"{name}: {path}" for path in expected ^ entries.keys()]
        algorithm = name.removesuffix(".txt").rpartition("-")[2]
        for path in expected & entries.keys():
            if hashlib.new(algorithm, (root / path).read_bytes()).hexdigest() != entries[path]:
                found.append(f"digest: {path}")
    return found + disagreements(root, payload)


def disagreements(root: Path, payload: set[str]) -> list[str]:
    """Compare bag-info, records list and journal head with what lies there (sections 4 to 7)."""
    found = []
    info: dict[str, str] = {}
    for line in (root / "bag-info.txt").read_text("utf-8").splitlines():
        label, _, value = line.partition(": ")
        info.setdefault(label, value)
    size = sum((root / path).stat().st_size for path in payload)
    if info["Payload-Oxum"] != f"{size}.{len(payload)}" or info["Bundle-Format"] != "1":
        found.append("bag-info.txt")
    if (root / "metadata/journal-head.txt").read_text() != info["Journal-Head"] + "\n":
        found.append("journal-head.txt")
    for line in (root / "bag-info.txt").read_text("utf-8").splitlines():
        if match := re.fullmatch(r"Policy: (\S+) sha256:([0-9a-f]{64})", line):
            policy = root / "metadata/policies" / f"{match[1]}.toml"
            if hashlib.sha256(policy.read_bytes()).hexdigest() != match[2]:
                found.append(f"policy: {match[1]}")
    text = (root / "metadata/records.csv").read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    if text.split("\r\n")[0] != HEADER:
        found.append("records.csv: header")
    if {row["path"]: row["sha512"] for row in rows} != listed(root, "manifest-sha512.txt"):
        found.append("records.csv")
    return found


def chain_is_whole(journal: bytes, expected_head: str) -> bool:
    """Check a journal from section 7."""
    previous = "0" * 64
    lines = journal.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        event = json.loads(line)
        if event["number"] != number or event["previous"] != previous:
            return False
        previous = hashlib.sha256(line).hexdigest()
    return expected_head == f"{len(lines)}:{previous}"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Return the journal of a made-up school."""
    path = tmp_path / "journal.jsonl"
    for number in range(5):
        at = datetime(2025, 6, 1, 7, number, tzinfo=UTC)
        append(path, event_type="ingestion", at=at, agent="VT01", details=(("nhật ký", "ổn"),))
    return path


@pytest.fixture
def bundle(tmp_path: Path, journal: Path) -> Path:
    """Return a bundle of two made-up transcripts and a source."""
    policy = b'id = "x/1"\n'
    info = BundleInfo(
        package_id="00000001-2024-2025",
        version=1,
        school_code="00000001",
        school_year="2024-2025",
        bagging_date=date(2025, 6, 30),
        software_agent="preserve",
        journal_head=head(journal),
        policies=(("signing/x", hashlib.sha256(policy).hexdigest()),),
    )
    row = RecordRow("hoc-ba.6A.1", "hoc-ba", "1", "6A", "2024-2025", 1, "r", "c", "permanent")
    files = [
        BundleFile("data/6A/hoc-ba.6A.1.pdf", b"%PDF one", row),
        BundleFile("data/6A/hoc-ba.6A.2.pdf", b"%PDF two", replace(row, record_id="hoc-ba.6A.2")),
        BundleFile("data/sources/0001/0001.xlsx", b"PK", replace(row, record_class="nguon")),
        BundleFile("metadata/policies/signing/x.toml", policy),
    ]
    target = tmp_path / info.package_id / "v0001"
    build_bundle(target, files, info, lambda manifest: b"CMS" + hashlib.sha512(manifest).digest())
    return target


def test_a_built_bundle_is_what_the_document_says(bundle: Path) -> None:
    """The checker that was written from the document finds nothing wrong."""
    assert problems(bundle) == []


def test_every_file_of_the_document_is_in_a_bundle_and_the_other_way(bundle: Path) -> None:
    """The layout in section 2 names the files that a bundle has."""
    text = DOCUMENT.read_text("utf-8")
    layout = text.split("## 2. Layout")[1].split("```")[1]
    plain = {line.strip() for line in layout.splitlines()[2:] if "<" not in line} - {""}
    optional = {"metadata/school.toml"}
    files = {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()}
    assert plain - optional <= files
    named = {path for path in files if not re.match(r"data/|metadata/policies/", path)}
    assert named <= plain


def test_tags_and_columns_of_the_document_are_those_of_a_bundle(bundle: Path) -> None:
    """Section 4 lists the labels of bag-info.txt, section 5 the header of records.csv."""
    text = DOCUMENT.read_text("utf-8")
    tags = text.split("## 4.")[1].split("## 5.")[0]
    labels = re.findall(r"^\| `([A-Z][A-Za-z-]+)` \|", tags, flags=re.MULTILINE)
    lines = (bundle / "bag-info.txt").read_text("utf-8").splitlines()
    assert [line.split(":")[0] for line in lines] == labels
    assert HEADER in text
    columns = re.findall(
        r"^\| `([a-z0-9_]+)` \|", text.split("## 5.")[1].split("## 6.")[0], re.MULTILINE
    )
    assert columns == HEADER.split(",")


def test_one_changed_byte_of_any_file_is_found(bundle: Path) -> None:
    """Every file of a bundle is covered by some list, or has one spelling only.

    The bits turn letters into capitals and line feeds into carriage returns, among others.
    """
    for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
        content = path.read_bytes()
        for place, bits in product({0, len(content) // 2, len(content) - 1}, (1, 7, 32)):
            changed = bytearray(content)
            changed[place] ^= bits
            path.write_bytes(changed)
            found = problems_or_refusal(bundle)
            assert found, (path, place, bits)
        path.write_bytes(content)
    assert problems(bundle) == []


def problems_or_refusal(root: Path) -> list[str]:
    """Return the problems, or the refusal of a file that cannot be read at all."""
    try:
        return problems(root)
    except (ValueError, KeyError, OSError) as error:
        return [repr(error)]


def _delete(root: Path) -> None:
    (root / "data/6A/hoc-ba.6A.1.pdf").unlink()


def _add(root: Path) -> None:
    (root / "data/6A/extra.pdf").write_bytes(b"")


def _add_metadata(root: Path) -> None:
    (root / "metadata/extra.txt").write_bytes(b"")


def _add_beside(root: Path) -> None:
    (root / "extra.txt").write_bytes(b"")


def _add_to_seal(root: Path) -> None:
    (root / "seal/extra").write_bytes(b"")


def _empty_folder(root: Path) -> None:
    (root / "data/empty").mkdir()


def _link(root: Path) -> None:
    file = root / "data/6A/hoc-ba.6A.1.pdf"
    shutil.move(file, root.parent / "away.pdf")
    file.symlink_to(root.parent / "away.pdf")


def _swap(root: Path) -> None:
    one, two = root / "data/6A/hoc-ba.6A.1.pdf", root / "data/6A/hoc-ba.6A.2.pdf"
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)


def _rename(root: Path) -> None:
    (root / "data/6A/hoc-ba.6A.1.pdf").rename(root / "data/6A/HOC-BA.6A.2.pdf")


@pytest.mark.parametrize(
    "act",
    [
        _delete,
        _add,
        _add_metadata,
        _add_beside,
        _add_to_seal,
        _empty_folder,
        _link,
        _swap,
        _rename,
    ],
)
def test_every_other_change_is_found(bundle: Path, act: Callable[[Path], None]) -> None:
    """Deleted, added, linked, swapped and renamed files."""
    act(bundle)
    assert problems_or_refusal(bundle) != []


def test_the_seal_covers_the_tag_manifest(bundle: Path) -> None:
    """What the seal was made over is the tag manifest, byte for byte (section 8)."""
    manifest = (bundle / "tagmanifest-sha512.txt").read_bytes()
    assert (bundle / "seal/manifest.p7s").read_bytes() == b"CMS" + hashlib.sha512(manifest).digest()


def test_the_journal_is_what_the_document_says(journal: Path, bundle: Path) -> None:
    """The chain is checked by hand against the head in the bundle; one cut line shows."""
    expected = (bundle / "metadata/journal-head.txt").read_text().strip()
    data = journal.read_bytes()
    assert chain_is_whole(data, expected)
    assert not chain_is_whole(b"".join(data.splitlines(keepends=True)[:-1]), expected)
    assert not chain_is_whole(data.replace(b"VT01", b"VT02", 1), expected)
