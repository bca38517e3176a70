"""Says which signature fields a PDF has and which of them are signed."""

from __future__ import annotations

from preserve.sign.document import in_signing_order, open_pdf, signature_fields


def all_fields(pdf: bytes) -> tuple[str, ...]:
    """Return the names of all signature fields in the order of the form.

    Raises:
        FormatError: the file cannot be parsed.
    """
    return tuple(field.name for field in signature_fields(open_pdf(pdf)))


def filled_fields(pdf: bytes) -> tuple[str, ...]:
    """Return the names of the signed fields, oldest signature first.

    The signatures are not judged.

    Raises:
        FormatError: the file cannot be parsed.
    """
    reader = open_pdf(pdf)
    return tuple(field.name for field in in_signing_order(reader, signature_fields(reader)))
