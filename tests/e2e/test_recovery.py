"""Acts that were finished but not recorded are recorded by the next act; nothing is done twice."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

from preserve.formats.record_xml import decode_record, encode_record
from preserve.journal.chain import check_chain
from preserve.model.overview import Scope
from preserve.verify.embedded import read_claims
from preserve.workflow import render_documents
from preserve.workflow.archive import open_archive
from preserve.workflow.documents import stored_documents
from tests.e2e.stage import Demo, run, sealed_copy, snapshot, succeed


def _cut_before(archive: Path, event_type: str) -> None:
    """End the journal before the first event of a kind, as if the disk had been full then."""
    journal = archive / "journal.jsonl"
    kept = []
    for line in journal.read_bytes().splitlines(keepends=True):
        if json.loads(line)["type"] == event_type:
            break
        kept.append(line)
    journal.write_bytes(b"".join(kept))


def _events(archive: Path) -> list[dict[str, object]]:
    lines = (archive / "journal.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_copy_without_a_receipt_is_read_back_and_gets_one(demo: Demo, tmp_path: Path) -> None:
    """The copies lie on the media, their receipts were lost: the same command makes up for it."""
    archive = sealed_copy(demo, tmp_path)
    media = [tmp_path / "media" / copy.parents[1].name for copy in demo.copies]
    for copy, medium in zip(demo.copies, media, strict=True):
        shutil.copytree(copy.parents[1], medium)
    _cut_before(archive, "packaging")
    before = [snapshot(medium) for medium in media]
    targets = [argument for medium in media for argument in ("--to", medium.as_uri())]
    succeed("copy", demo.year, *targets, archive=archive)
    assert [snapshot(medium) for medium in media] == before
    kinds = [event["type"] for event in _events(archive)]
    assert kinds.count("packaging") == 1
    assert kinds.count("replication") == len(media)
    assert not check_chain(archive / "journal.jsonl")
    again = run("copy", demo.year, *targets, archive=archive)
    assert again.code == 4, again.err


def test_a_damaged_copy_without_a_receipt_gets_none(demo: Demo, tmp_path: Path) -> None:
    """A copy that does not read back is refused, and named."""
    archive = sealed_copy(demo, tmp_path)
    medium = tmp_path / "usb"
    shutil.copytree(demo.copies[0].parents[1], medium)
    _cut_before(archive, "replication")
    victim = next(medium.rglob("data/*/*.pdf"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    refused = run("copy", demo.year, "--to", medium.as_uri(), archive=archive)
    assert refused.code == 5
    assert victim.name in refused.err
    assert "replication" not in [event["type"] for event in _events(archive)]


def test_a_newer_program_leaves_a_document_with_the_same_record_alone(demo: Demo) -> None:
    """What is compared is the record inside the document, never how it was drawn."""
    archive = open_archive(demo.archive)
    stored = next(iter(stored_documents(archive, Scope(demo.year))))
    claims = read_claims(stored.files[0].read_bytes())
    record = decode_record(claims.record_xml)
    assert encode_record(record) == claims.record_xml
    assert render_documents._says_the_same(record, stored)
    changed = dataclasses.replace(record, document_number="another")
    assert not render_documents._says_the_same(changed, stored)
