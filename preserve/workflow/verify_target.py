"""``preserve verify``: judges a document, a bundle, a copy or a transfer dossier, offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from preserve.model.verification import VerificationReport
from preserve.trust.store import load_trust
from preserve.verify.target import verify_path
from preserve.workflow.occasion import Occasion, Progress
from preserve.workflow.parallel import worker_pool
from preserve.workflow.verification import verification_context


def verify_target(
    path: Path,
    trust: Path,
    occasion: Occasion,
    policies: Path | None = None,
) -> VerificationReport:
    """Judge what lies at ``path`` with the anchors and pinned seals of ``trust``.

    Raises:
        InputError: nothing lies there, or it is nothing that can be verified.
        FormatError: a file of the trust folder is no certificate or CRL.
        StorageError: the medium cannot be read at all.
    """
    context = verification_context(load_trust(trust), occasion.at, policies)
    single = path.is_file()
    with worker_pool(1 if single else occasion.jobs) as pool:
        return verify_path(
            path, context, executor=pool, progress=_staged(occasion.progress, path.name)
        )


def _staged(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)
