"""CPU time of signing a class's transcripts with keys on a token (SoftHSM), after one login.

The token's own work is its C_Sign, asked for directly. What is left of a whole signature is the
software's overhead, which a USB token with its slower C_Sign has too. No time-stamps are asked
for, so that the authority's work does not count.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from preserve.demo.authority import DemoAuthority, open_authority
from preserve.model.overview import Scope
from preserve.model.records import RecordClass
from preserve.sign.appearance import Appearance, person_lines
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.fields import all_fields
from preserve.sign.pkcs11_key import Pkcs11Key, open_pkcs11
from preserve.sign.pkcs11_mechanisms import operation_for
from preserve.workflow.archive import open_archive
from preserve.workflow.documents import stored_documents
from preserve.workflow.occasion import Occasion
from preserve.workflow.tell_demo_story import DemoSize, tell_demo_story
from tests.softhsm import MODULE, PIN, SoftToken, issue, soft_hsm

_DOCUMENTS = 80
_WARM_UP = 5
_KINDS = ("RSA-2048", "RSA-3072", "P-256", "P-384")


def main() -> None:
    """Make a small school and a token with four keys, then sign 80 transcripts with each."""
    if shutil.which("softhsm2-util") is None or not MODULE.is_file():
        print("SoftHSM2 is missing: nothing was measured")
        return
    with tempfile.TemporaryDirectory() as folder, soft_hsm(Path(folder)) as hsm:
        at = datetime.now(UTC).replace(microsecond=0)
        demo = Path(folder) / "demo"
        tell_demo_story(demo, DemoSize(1, 3, 1), Occasion(at, "benchmark"))
        content = _transcript(demo)
        token = hsm.token("benchmark")
        authority = open_authority(demo / "authority")
        print(
            f"{os.cpu_count()} cores, Python {platform.python_version()}, "
            + ", ".join(f"{name} {version(name)}" for name in ("pyhanko", "python-pkcs11"))
        )
        print(f"CPU milliseconds, {_DOCUMENTS} transcripts of {len(content) // 1000} kB, one PIN\n")
        print(f"{'key':10s} {'open':>7s} {'C_Sign':>7s} {'whole':>7s} {'max':>7s} {'overhead':>9s}")
        for number, kind in enumerate(_KINDS, start=1):
            _measure(_make(token, kind, number, authority, at), kind, content, at)


def _transcript(demo: Path) -> bytes:
    """Return a transcript that nobody has signed yet."""
    stored = stored_documents(open_archive(demo / "archive"), Scope())
    chosen = next(one for one in stored if one.key.record_class is RecordClass.TRANSCRIPT)
    return chosen.files[0].read_bytes()


def _make(
    token: SoftToken, kind: str, number: int, authority: DemoAuthority, at: datetime
) -> Callable[[], Pkcs11Key]:
    public = token.make_key(kind, identifier=bytes([number]))
    span = timedelta(days=365)
    der = issue(authority, public, "Ví Dụ", begin=at - span, end=at + span)
    token.write_certificate(der, identifier=bytes([number]))
    return lambda: open_pkcs11(token.uri(id=f"%0{number}"), lambda _: PIN)


def _measure(open_it: Callable[[], Pkcs11Key], kind: str, content: bytes, at: datetime) -> None:
    start = time.process_time()
    key = open_it()
    opened = 1000 * (time.process_time() - start)
    field = next(name for name in all_fields(content) if name.startswith("HOMEROOM"))
    request = SignatureRequest(
        field_name=field,
        appearance=Appearance(person_lines("Ví Dụ", "Giáo viên", at), "person"),
        claimed_time=at,
        digest_algorithm="sha256",
        locks=False,
        certifies=True,
    )
    operation = operation_for(key.mechanism, "sha256", key.offered, key.token)
    given = operation.prepare(b"x" * 300)
    own = _times(
        lambda: key.key.sign(
            given, mechanism=operation.mechanism, mechanism_param=operation.parameter
        )
    )
    whole = _times(lambda: sign_pdf(content, request, key, None))
    token_time, median = statistics.median(own), statistics.median(whole)
    print(
        f"{kind:10s} {opened:7.1f} {token_time:7.2f} {median:7.1f} {max(whole):7.1f} "
        f"{median - token_time:9.1f}"
    )


def _times(act: Callable[[], object]) -> list[float]:
    """Return CPU milliseconds of each round after the warm-up."""
    times = []
    for _ in range(_WARM_UP + _DOCUMENTS):
        start = time.process_time()
        act()
        times.append(1000 * (time.process_time() - start))
    return times[_WARM_UP:]


if __name__ == "__main__":
    main()
