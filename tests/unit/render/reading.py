"""How the tests of this folder read a document back: poppler, page-validation, pikepdf."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import page
import pikepdf

from preserve.policy.files import policy_folders
from preserve.policy.forms import Form, load_form

PROFILES = ("3a", "ua1")


def form(name: str = "TT22-2021-THCS") -> Form:
    """Return a packaged form."""
    return load_form(name, policy_folders())


def failures(data: bytes) -> list[tuple[str, str, str]]:
    """Return what page-validation has against a document in either profile."""
    return [
        (profile, found.rule_id, found.message)
        for profile in PROFILES
        for found in page.validate_pdf_bytes(data, profile=profile).failures
    ]


def pdftotext(data: bytes, folder: Path, *options: str) -> str:
    """Return the text layer as poppler reads it."""
    path = folder / "document.pdf"
    path.write_bytes(data)
    command = ["pdftotext", "-enc", "UTF-8", *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def squeezed(text: str) -> str:
    """Return a text without white space, as line breaks fall anywhere."""
    return re.sub(r"\s+", "", text)


def attachments(data: bytes) -> dict[str, bytes]:
    """Return the embedded files by name."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {str(item.UF): item.EF.F.read_bytes() for item in pdf.Root.get("/AF", [])}


def fields(data: bytes) -> dict[str, dict[str, Any]]:
    """Return what the tests ask about each form field, by field name."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        return {
            str(field.T): {
                "description": str(field.TU),
                "contents": str(field.Contents),
                "box": tuple(float(value) for value in field.Rect),
                "page": pages[field.P.objgen],
                "flags": int(field.F),
                "type": str(field.FT),
                "appearance": tuple(float(value) for value in field.AP.N.BBox),
                "signed": "/V" in field,
            }
            for field in pdf.Root.AcroForm.Fields
        }
