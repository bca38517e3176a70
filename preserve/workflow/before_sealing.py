"""Looks at a document as a stranger would before the school's seal is set on it.

NĐ 30/2020/NĐ-CP Art. 32(2)(d): the seal is set only on what the competent person has signed. The
verifier, which shares no code with the signer, says whether that signature holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from preserve.errors import SigningError
from preserve.model.verification import Indication
from preserve.trust.store import load_trust
from preserve.verify.context import VerificationContext
from preserve.verify.document import judge_document
from preserve.workflow.archive import Archive
from preserve.workflow.verification import verification_context


def refuse_unsound(archive: Archive, pdf: bytes, document: str, at: datetime) -> None:
    """Refuse to seal a document of which something is proven wrong.

    What cannot be told yet does not stop the seal: the lists that prove that a signer's
    certificate was good then are published later.

    Raises:
        FormatError: the trust folder is damaged.
        SigningError: the verdict names a fault, for example a signature by somebody else.
    """
    verdict = judge_document(pdf, document, _context(archive, at))
    for finding in verdict.findings:
        if finding.indication is Indication.TOTAL_FAILED:
            raise SigningError(
                "SIGN-SEAL-UNSOUND", document=document, place=finding.subject, problem=finding.check
            )


@lru_cache(maxsize=1)
def _context(archive: Archive, at: datetime) -> VerificationContext:
    """Return the context of the school itself: its trust folder and its own policies."""
    own = archive.root / "policies"
    context = verification_context(load_trust(archive.trust), at, own if own.is_dir() else None)
    # The pages are looked at by the signer after the seal is set.
    return replace(context, check_pdfa=False)
