"""The lock that the last signature puts on a document, and how a locked document is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from preserve.errors import SigningError
from preserve.sign.document import Signature, SignatureField, reading_pdf

LOCK_ALL = FieldMDPSpec(FieldMDPAction.ALL)


def check_unlocked(filled: Iterable[SignatureField], made: Iterable[Signature], name: str) -> None:
    """Refuse when an earlier signature forbids that the field ``name`` is filled.

    A certification that allows nothing, a signature's DocMDP or FieldMDP transform and the
    ``/Lock`` of a signed field all count (ISO 32000-1 sections 12.7.4.5 and 12.8.2); pyHanko
    looks at the certification only.

    Args:
        filled: the signed fields of the file.
        made: their signatures, in the same order.
        name: the field that is to be filled.

    Raises:
        FormatError: a rule cannot be parsed.
        SigningError: the document or the field is locked.
    """
    for field, signature in zip(filled, made, strict=True):
        with reading_pdf():
            locked = any(_forbids(rule, name) for rule in _rules(field, signature))
        if locked:
            raise SigningError("SIGN-PDF-LOCKED", field=name, by=field.name)


def mdp_setup(
    field: generic.DictionaryObject, digest_algorithm: str, *, locks: bool, certifies: bool
) -> SigMDPSetup:
    """Return what a signature says about later changes.

    A locking signature locks every field and allows no change; pyHanko's difference analysis
    punishes a later signature only if the fields are locked, not for the permission alone
    (pyHanko 0.38, ``SigFieldSpec.format_lock_dictionary``). The ``/Lock`` of the field itself is
    the renderer's to write: a field that gained one while it is signed would count as tampered
    with.

    Args:
        field: the field that is signed; a ``/Lock`` in it is honoured.
        digest_algorithm: digest of the signature.
        locks: nothing may be changed or signed after this signature.
        certifies: the prepared fields may be filled, nothing else may change.
    """
    if locks:
        return SigMDPSetup(
            digest_algorithm, certifies, field_lock=LOCK_ALL, docmdp_perms=MDPPerm.NO_CHANGES
        )
    lock = FieldMDPSpec.from_pdf_object(field["/Lock"]) if "/Lock" in field else None
    permissions = MDPPerm.FILL_FORMS if certifies else None
    return SigMDPSetup(digest_algorithm, certifies, field_lock=lock, docmdp_perms=permissions)


def _rules(field: SignatureField, signature: Signature) -> list[generic.DictionaryObject]:
    """Collect every dictionary in which a signed field may state what it forbids."""
    dictionary = cast(generic.DictionaryObject, field.reference.get_object())
    rules = [dictionary["/Lock"]] if "/Lock" in dictionary else []
    references = signature.dictionary.get("/Reference", ())
    return rules + [reference["/TransformParams"] for reference in references]


def _forbids(rule: generic.DictionaryObject, name: str) -> bool:
    if rule.get("/P") == MDPPerm.NO_CHANGES.value:
        return True
    return "/Action" in rule and bool(FieldMDPSpec.from_pdf_object(rule).is_locked(name))
