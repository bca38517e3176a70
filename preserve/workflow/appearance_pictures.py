"""Opens the pictures that visible signatures bear, and tells whose signature bears which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from preserve.errors import InputError
from preserve.model.roles import Signatory, SignerRole
from preserve.sign.appearance_png import Picture, read_picture
from preserve.workflow.archive import Archive


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a school."""

    seal: Picture | None = None
    signatures: tuple[tuple[str, Picture], ...] = ()
    """By staff code."""

    def of(self, signatory: Signatory) -> Picture | None:
        """Return what a signature bears.

        A picture belongs to a person, not to a role: whoever signs in the principal's place does
        not show the principal's hand.
        """
        if signatory.role is SignerRole.SCHOOL_SEAL:
            return self.seal
        return dict(self.signatures).get(signatory.person_code or "")


def load_pictures(archive: Archive) -> Pictures:
    """Read and check every picture that ``school.toml`` names, before anything is signed.

    Raises:
        InputError: a file cannot be read, or is no picture of the kind that is wanted.
    """
    configuration = archive.configuration
    seal = configuration.seal_picture
    return Pictures(
        read_picture(_content(archive.root, seal), seal, "red") if seal else None,
        tuple(
            (code, read_picture(_content(archive.root, file), file, "blue"))
            for code, file in configuration.signature_pictures
        ),
    )


def _content(root: Path, file: str) -> bytes:
    try:
        return (root / file).read_bytes()
    except OSError as error:
        raise InputError("INPUT-UNREADABLE", file=file, problem=error.strerror) from error
