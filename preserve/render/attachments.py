"""Files inside the document: the record as XML, and the signed file of the year before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from preserve.render.facts import DocumentFacts
from preserve.render.streams import add_exact


class Relationship(Enum):
    """How an attachment relates to the document (ISO 19005-3 clause 6.8)."""

    DATA = "/Data"
    SUPPLEMENT = "/Supplement"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One embedded file."""

    name: str
    mime: str
    relationship: Relationship
    description: str
    data: bytes


def attach(pdf: Pdf, attachments: Sequence[Attachment], facts: DocumentFacts) -> None:
    """Embed files and name them in ``/AF`` and in the name tree."""
    if not attachments:
        return
    specifications = [_file_specification(pdf, item, facts) for item in attachments]
    named = sorted(
        zip((item.name for item in attachments), specifications, strict=True),
        key=lambda pair: pair[0],
    )
    names = Array()
    for name, specification in named:
        names.append(String(name))
        names.append(specification)
    pdf.Root.AF = Array(specifications)
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))


def _file_specification(pdf: Pdf, item: Attachment, facts: DocumentFacts) -> Object:
    # ISO 32000-1 table 46 asks for MD5 here; fixity rests on the manifests, never on this value.
    check_sum = hashlib.md5(item.data, usedforsecurity=False).digest()
    stream = add_exact(
        pdf,
        item.data,
        Type=Name.EmbeddedFile,
        Subtype=Name(f"/{item.mime}"),
        Params=Dictionary(
            Size=len(item.data),
            CreationDate=String(facts.pdf_date),
            ModDate=String(facts.pdf_date),
            CheckSum=String(check_sum),
        ),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(item.name),
            UF=String(item.name),
            Desc=String(item.description),
            AFRelationship=Name(item.relationship.value),
            EF=Dictionary(F=stream, UF=stream),
        )
    )
