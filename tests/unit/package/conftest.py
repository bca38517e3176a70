"""A small bundle that every test of this folder may build; its people are made up."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from preserve.formats.premis import PremisAgent
from preserve.model.packages import JournalEvent
from preserve.package.bundle import BundleFile, BundleInfo, RecordRow

PUPILS = ("9910000001", "9910000002", "9910000003")


def record_row(kind: str, pupil: str) -> RecordRow:
    """Return the row of one made-up record."""
    return RecordRow(
        record_id=f"{kind}.6A.{pupil}",
        record_class=kind,
        subject_id=pupil,
        class_name="6A",
        school_year="2024-2025",
        version=1,
        retention_rule="nd88-2026-8-3",
        citation='Nghị định 88/2026/NĐ-CP, Điều 8(3), "vĩnh viễn"',
        retain_until="permanent",
    )


@pytest.fixture
def bundle_files(tmp_path: Path) -> list[BundleFile]:
    """Three documents on disk, one source in memory, one policy."""
    folder = tmp_path / "documents"
    folder.mkdir()
    files = []
    for number, pupil in enumerate(PUPILS):
        source = folder / f"{pupil}.pdf"
        source.write_bytes(b"%PDF-1.7 " + bytes([number]) * (number * 1_500_000 + 10))
        path = f"data/6A/hoc-ba.6A.{pupil}.pdf"
        files.append(BundleFile(path, source, record_row("hoc-ba", pupil)))
    files.append(
        BundleFile(
            "data/sources/0001_20250601T070000Z/0001.xlsx", b"PK", record_row("nguon", "0001")
        )
    )
    files.append(BundleFile("metadata/policies/signing/x.toml", b'id = "x/1"\n'))
    return files


@pytest.fixture
def bundle_info() -> BundleInfo:
    """Return what the bundle says about itself."""
    event = JournalEvent(
        number=1,
        event_type="ingestion",
        at=datetime(2025, 6, 1, 7, 0, tzinfo=UTC),
        agent="VT01",
        objects=("0001_20250601T070000Z/0001.xlsx",),
        outcome="accepted",
        details=(("0001.xlsx", "ab" * 64),),
        previous="0" * 64,
    )
    return BundleInfo(
        package_id="00000001-2024-2025",
        version=1,
        school_code="00000001",
        school_year="2024-2025",
        bagging_date=date(2025, 6, 30),
        software_agent="preserve 0.1.0",
        journal_head=f"1:{'cd' * 32}",
        policies=(("signing/x", "ef" * 32),),
        events=(event,),
        agents=(PremisAgent("VT01", "person"), PremisAgent("preserve", "software", "0.1.0")),
    )
