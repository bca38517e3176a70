"""What a document says about itself: one source for the Info dictionary and the XMP packet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CREATOR = "preserve"
LANGUAGE = "vi-VN"


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Title, author and date; they show up in every file manager, so no pupil's name."""

    title: str
    author: str
    day: date

    @property
    def xmp_date(self) -> str:
        """The instant in ISO 8601, midnight in Vietnam."""
        return f"{self.day.isoformat()}T00:00:00+07:00"

    @property
    def pdf_date(self) -> str:
        """The same instant as a PDF date."""
        return f"D:{self.day:%Y%m%d}000000+07'00'"
