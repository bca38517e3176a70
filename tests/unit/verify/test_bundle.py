"""A really sealed bundle, judged whole and after every kind of damage."""

from __future__ import annotations

import random
import shutil

from preserve.model.verification import Indication
from preserve.verify.bundle import verify_bundle
from preserve.verify.fixity import verify_fixity


def test_a_sealed_bundle_passes(world, bundle):
    """Seal, manifests, records and every document hold."""
    report = verify_bundle(bundle, world.context)
    bad = [f for f in report.findings if f.indication is not Indication.TOTAL_PASSED]
    assert not bad
    assert {"SEL-VALID", "FIX-VALID", "CMP-COMPLETE"} <= {f.check for f in report.findings}


def test_a_flipped_byte_anywhere_fails_and_names_its_file(world, bundle, tmp_path):
    """200 random bit flips over all files: every one fails and the damaged file is named."""
    copy = tmp_path / "00000009-2025-2026" / "v0001"
    shutil.copytree(bundle, copy)
    chance = random.Random(20261121)
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    missed = []
    for _ in range(200):
        path = chance.choice(files)
        good = path.read_bytes()
        place = chance.randrange(len(good))
        bad = bytearray(good)
        bad[place] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        findings = verify_fixity(copy, world.context)
        path.write_bytes(good)
        name = path.relative_to(copy).as_posix()
        accused = {f.subject for f in findings if f.indication is Indication.TOTAL_FAILED}
        if name not in accused:
            missed.append((name, place, accused))
    assert not missed
