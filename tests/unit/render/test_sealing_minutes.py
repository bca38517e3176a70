"""The minutes of sealing the carriers of a year."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from preserve.model.records import SealingMinutes
from preserve.render.sealing_minutes import render_sealing_minutes
from tests.unit.render.lint import lint
from tests.unit.render.minutes import sealing_minutes
from tests.unit.render.reading import failures, fields, form, pdftotext, squeezed


def rendered(minutes: SealingMinutes) -> bytes:
    """Render on the packaged form."""
    return render_sealing_minutes(minutes, form("bien-ban-niem-phong"))


@pytest.mark.judge("poppler")
def test_minutes_identify_bundle_and_carriers(tmp_path: Path) -> None:
    """Bundle, counts, classes, both digests whole, every label with its strip, every member."""
    minutes = sealing_minutes(3)
    found = squeezed(pdftotext(rendered(minutes), tmp_path, "-raw"))
    wanted = [
        minutes.package_id,
        "Phiên bản: 1",
        "1.312",
        "487.213.555",
        "6A, 6B, 7A, 7B, 8A, 9A",
        minutes.manifest_sha512,
        f"1204 sự kiện, mã SHA-256: {minutes.journal_head.partition(':')[2]}",
        "sha512sum tagmanifest-sha512.txt",
        "preserve verify",
        *(f"{m.label} {m.tamper_tag or '(không có)'} {m.description}" for m in minutes.media),
        *(f"{member.name} {member.position}" for member in minutes.members),
    ]
    assert [part for part in wanted if squeezed(part) not in found] == []


@pytest.mark.judge("poppler")
def test_digest_is_printed_in_groups(tmp_path: Path) -> None:
    """A person can compare it by eye: sixteen groups of eight."""
    minutes = sealing_minutes()
    text = pdftotext(rendered(minutes), tmp_path, "-raw")
    groups = re.findall(r"\b[0-9a-f]{8}\b", text.partition("tagmanifest-sha512.txt:")[2])
    assert "".join(groups[:16]) == minutes.manifest_sha512


def test_clerk_witnesses_principal_and_seal_have_fields() -> None:
    """One field per signatory; the seal touches the principal's field on its left."""
    found = fields(rendered(sealing_minutes()))
    assert set(found) == {
        "CLERK_1_2024-2025",
        "WITNESS_1_2024-2025",
        "WITNESS_2_2024-2025",
        "PRINCIPAL_1_2024-2025",
        "SEAL_1_2024-2025",
    }
    seal, principal = found["SEAL_1_2024-2025"], found["PRINCIPAL_1_2024-2025"]
    assert seal["box"][2] == pytest.approx(principal["box"][0], abs=0.1)


@pytest.mark.parametrize("media", [0, 1, 60])
def test_any_number_of_carriers_conforms(media: int) -> None:
    """The table of carriers flows over pages."""
    data = rendered(sealing_minutes(media))
    assert failures(data) == []
    assert lint(data) == []
