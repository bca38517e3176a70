"""Wall-clock time, CPU time and peak memory of ``preserve demo`` at three sizes.

Each run is a process of its own, so that the operating system accounts for it and for the workers
that it started. The peak is that of the largest single process; it must not grow with the number
of documents beyond what one grade book needs.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SIZES = ((1, 10), (2, 40), (6, 40))


def main() -> None:
    """Run the demo at each size and print one row for each."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(
        f"{'classes x pupils':18s} {'documents':>9s} {'wall s':>8s} {'CPU s':>8s} {'peak MB':>8s}"
    )
    for classes, pupils in _SIZES:
        wall, cpu, peak = _measure(classes, pupils)
        documents = classes * (pupils + 1)
        size = f"{classes} x {pupils}"
        print(f"{size:18s} {documents:9d} {wall:8.1f} {cpu:8.1f} {peak:8.0f}")


def _measure(classes: int, pupils: int) -> tuple[float, float, float]:
    """Return seconds, CPU seconds and the largest process's peak in MB."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--classes", str(classes), "--pupils", str(pupils)]
        command = [
            str(Path(sys.executable).with_name("preserve")), "--quiet", "demo",
            str(Path(folder) / "demo"), *arguments,
        ]  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


if __name__ == "__main__":
    main()
