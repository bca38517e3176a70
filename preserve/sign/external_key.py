"""A key behind a program that the school brings along (docs/external-signer.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from preserve.errors import SigningError
from preserve.sign.external_program import TIMEOUT, ExternalProgram
from preserve.sign.external_signature import (
    PublicKey,
    accepted,
    mechanism_of,
    public_key,
    size_of,
)
from preserve.sign.software_key import digest_of

PROTOCOL = 1
"""Version of the lines that are exchanged."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class ExternalKey:
    """A key that a program uses; implements ``preserve.sign.keys.SigningKey``."""

    program: ExternalProgram
    hint: str
    """What the program is told about which key is meant; may be empty."""
    certificate: bytes
    """DER."""
    chain: tuple[bytes, ...]
    """DER of the issuing certificates that the program gave."""
    mechanism: str
    """``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``."""
    public_key: PublicKey

    @property
    def signature_size(self) -> int:
        """Largest number of bytes that :meth:`sign` returns."""
        return size_of(self.public_key)

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Have the digest of ``data`` signed; the data themselves stay here.

        Raises:
            SigningError: the program fails, refuses, or returns no valid signature.
        """
        digest_of(digest_algorithm)
        answer = self.program.ask(
            {
                "protocol": PROTOCOL,
                "operation": "sign",
                "key": self.hint,
                "hash": base64.b64encode(hashlib.new(digest_algorithm, data).digest()).decode(),
                "hash_algorithm": digest_algorithm,
                "mechanism": self.mechanism,
            }
        )
        signature = _bytes_of(answer, "signature", self.program)
        good = accepted(signature, data, self.public_key, self.mechanism, digest_algorithm)
        other = "certificate" in answer and (
            _bytes_of(answer, "certificate", self.program) != self.certificate
        )
        if good is None or other:
            raise SigningError("SIGN-EXEC-SIGNATURE", program=self.program.name)
        return good


def open_external(rest: str, *, timeout: float = TIMEOUT) -> ExternalKey:
    """Open ``exec:/path/to/program?key=HINT``: start the program and ask for the certificate.

    Args:
        rest: what follows ``exec:``.
        timeout: seconds for one answer.

    Raises:
        FormatError: the program gave no certificate that can be read.
        SigningError: the address is wrong, the program fails or refuses, or the key cannot be
            used.
    """
    path, hint = _parse(rest)
    program = ExternalProgram(path, timeout=timeout)
    answer = program.ask({"protocol": PROTOCOL, "operation": "certificate", "key": hint})
    certificate = _bytes_of(answer, "certificate", program)
    key = public_key(certificate, name=path.name)
    mechanisms = answer.get("mechanisms")
    offered = mechanisms if isinstance(mechanisms, list) else []
    mechanism = mechanism_of(key, pss="rsassa_pss" in offered)
    if offered and mechanism not in offered:
        raise program.wrong("mechanisms")
    return ExternalKey(program, hint, certificate, _chain(answer, program), mechanism, key)


def _parse(rest: str) -> tuple[Path, str]:
    name, _, query = rest.partition("?")
    path = Path(name)
    try:
        given = parse_qs(query, strict_parsing=bool(query))
    except ValueError as error:
        raise SigningError("SIGN-EXEC-URI") from error
    hints = given.pop("key", [""])
    # A relative name would depend on the folder that somebody happens to stand in.
    if not path.is_absolute() or given or len(hints) != 1:
        raise SigningError("SIGN-EXEC-URI")
    return path, hints[0]


def _chain(answer: Mapping[str, Any], program: ExternalProgram) -> tuple[bytes, ...]:
    chain = answer.get("chain", [])
    if not isinstance(chain, list):
        raise program.wrong("chain")
    return tuple(_bytes_of({"chain": item}, "chain", program) for item in chain)


def _bytes_of(answer: Mapping[str, Any], name: str, program: ExternalProgram) -> bytes:
    try:
        return base64.b64decode(answer[name], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise program.wrong(name) from None
