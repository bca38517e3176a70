"""Wall time, CPU time and peak memory of importing a school of 5,000 pupils.

The school is made up from a seed and written as 110 classes of 46 pupils with twelve subjects and
two semesters; then ``preserve import`` reads it in a process of its own, with one worker and with
two. Waiting is the question here, so wall time is shown beside CPU time. Memory is the sum over the
process and its workers, as the kernel counts what each holds alone and its part of what they share.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path

from preserve.demo.exports import write_exports
from preserve.demo.school import make_school

_IMPORT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from preserve.workflow.archive import open_archive
from preserve.workflow.import_exports import import_exports
from preserve.workflow.initialise import initialise
from preserve.workflow.occasion import Occasion
from preserve.workflow.parallel import process_pool

def main():
    root, exports, jobs = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    at = datetime.now(UTC)
    archive = initialise(root, exports / "school.json", Occasion(at, "benchmark"))
    with process_pool(jobs) as pool:
        found = import_exports(open_archive(root), (exports,), Occasion(at, "benchmark", pool))
    assert found.outcome == "accepted", found.outcome

if __name__ == "__main__":
    main()
"""


def main() -> None:
    """Make the school, import it twice and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--classes", type=int, default=110)
    parser.add_argument("--pupils", type=int, default=46)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "exports"
        school = make_school(
            classes=sizes.classes, pupils=sizes.pupils, seed=1, years=("2024-2025",)
        )
        files = write_exports(school, exports)
        script = Path(folder) / "run_import.py"
        script.write_text(_IMPORT, encoding="utf-8")
        print(
            f"{os.cpu_count()} cores, Python {platform.python_version()}, "
            f"openpyxl {version('openpyxl')}, xlrd {version('xlrd')}"
        )
        print(f"{sizes.classes * sizes.pupils} pupils, {len(files)} files\n")
        print(f"{'jobs':>4s} {'wall s':>8s} {'CPU s':>8s} {'peak MB':>8s}")
        for jobs in (1, 2):
            root = Path(folder) / f"archive-{jobs}"
            wall, cpu, peak = _measure([str(script), str(root), str(exports), str(jobs)])
            print(f"{jobs:4d} {wall:8.1f} {cpu:8.1f} {peak:8.0f}")


def _measure(arguments: list[str]) -> tuple[float, float, float]:
    """Run Python and return seconds of waiting, seconds of work, and megabytes at the peak."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with subprocess.Popen([sys.executable, *arguments]) as process:  # noqa: S603  (our own script)
        peak = [0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        process.wait()
        watcher.join()
    if process.returncode:
        raise SystemExit(process.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, cpu, peak[0] / 1024


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_proportional_kib(pid) for pid in _family(process.pid)))
        time.sleep(0.1)


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(found for child in children for found in _family(int(child)))]


def _proportional_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
