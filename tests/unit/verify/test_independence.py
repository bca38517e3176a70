"""The judge works with every maker deleted (architecture, section 3, contract 4)."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
MAKERS = ("sign", "package", "evidence", "render", "store")
PROGRAM = """
import pickle, sys
from pathlib import Path
import preserve.verify.target, preserve.verify.fixity, preserve
context = pickle.loads(Path(sys.argv[2]).read_bytes())
report = preserve.verify.target.verify_path(Path(sys.argv[1]), context)
loaded = [name for name in sys.modules if name.split(".")[0] in ("reportlab", "boto3")]
print(Path(preserve.__file__).parent, report.indication, loaded)
"""


def test_the_judge_needs_no_maker(world: Any, bundle: Path, tmp_path: Path) -> None:
    """A copy of the program without the makers verifies a bundle."""
    shutil.copytree(
        PROJECT / "preserve",
        tmp_path / "preserve",
        ignore=lambda folder, _: MAKERS if Path(folder).name == "preserve" else (),
    )
    (tmp_path / "context").write_bytes(pickle.dumps(world.context))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(bundle), str(tmp_path / "context")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(" ", 1) == [f"{tmp_path / 'preserve'}", "TOTAL_PASSED []\n"]
