"""``preserve verify``: judges a document, a bundle, a copy or a transfer dossier, offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from preserve.model.verification import VerificationReport
from preserve.trust.store import TrustMaterial, load_trust
from preserve.verify.target import verify_path
from preserve.workflow.occasion import Occasion, Progress
from preserve.workflow.verification import verification_context


def verify_target(
    path: Path,
    trust: Path | None,
    occasion: Occasion,
    policies: Path | None = None,
) -> VerificationReport:
    """Judge what lies at ``path`` with the anchors and pinned seals of ``trust``.

    Without trust nothing can be proven: the verdict is INDETERMINATE at best.

    Raises:
        InputError: nothing lies there, or it is nothing that can be verified.
        FormatError: a file of the trust folder is no certificate or CRL.
        StorageError: the medium cannot be read at all.
    """
    context = verification_context(
        load_trust(trust) if trust else TrustMaterial(), occasion.at, policies
    )
    return verify_path(
        path, context, executor=occasion.executor, progress=_staged(occasion.progress, path.name)
    )


def _staged(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)
