"""What happens when nobody can tell whether a signer's certificate was revoked.

TT 15/2025/TT-BKHCN Annex II 1.2: the signer is warned. Signing without a network stays possible,
after an explicit confirmation, and the journal says that the status was not checked.
"""

from __future__ import annotations

from collections.abc import Iterable

from preserve.errors import SigningError
from preserve.sign.preconditions import SigningWarning

_UNCHECKED = frozenset({"SIGN-STATUS-UNKNOWN", "SIGN-NO-ANCHORS"})
"""Without anchors the lists at hand may be anybody's, so they tell nothing either."""


def refuse_unchecked(warnings: Iterable[SigningWarning], *, confirmed: bool) -> None:
    """Refuse to sign with a certificate of unknown status unless the signer confirmed that.

    Raises:
        SigningError: the status is unknown and nobody confirmed it.
    """
    unchecked = [warning for warning in warnings if warning.code in _UNCHECKED]
    if unchecked and not confirmed:
        certificates = ", ".join(_certificates(unchecked)) or "-"
        raise SigningError("SIGN-STATUS-UNCONFIRMED", certificates=certificates)


def status_details(warnings: Iterable[SigningWarning]) -> tuple[tuple[str, str], ...]:
    """Return what the journal says about the check of the status."""
    unchecked = [warning for warning in warnings if warning.code in _UNCHECKED]
    if not unchecked:
        return (("certificate-status", "checked"),)
    confirmed = ("certificate-status", "not checked, confirmed by the signer")
    return (confirmed, ("unchecked", ", ".join(_certificates(unchecked)) or "no anchors"))


def _certificates(warnings: list[SigningWarning]) -> list[str]:
    found = (dict(warning.parameters).get("certificate", "") for warning in warnings)
    return [certificate for certificate in dict.fromkeys(found) if certificate]
