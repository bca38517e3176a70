"""The files of deferred signing as bytes: what is to be signed, and the signatures.

Both are JSON in one canonical form (docs/deferred-signing.md): keys sorted, one space of
indentation, UTF-8, one line feed at the end. Any other spelling of the same values is refused, so
that one digest stands for one meaning.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from preserve.errors import FormatError, SigningError
from preserve.model.roles import SignerRole

REQUEST_FORMAT = "preserve-sign-request/1"
ANSWER_FORMAT = "preserve-sign-answer/1"
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; a document takes less than a thousand."""
BINDING_DOMAIN = b"preserve-sign-answer/1\n"
"""First bytes of what binds an answer; no signed attributes begin so, theirs is an ASN.1 tag."""

_DIGESTS = {"sha256": 64, "sha384": 96, "sha512": 128}
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_HEX = re.compile(r"[0-9a-f]+")
_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class RequestedSignature:
    """One signature that is asked for."""

    school_year: str
    record_id: str
    field: str
    """Name of the signature field."""
    base_sha256: str
    """Digest of the file that is signed, before the signature was prepared."""
    digest_algorithm: str
    """``sha256``, ``sha384`` or ``sha512``."""
    document_digest: str
    """Digest of the prepared file without the room for the signature, lower-case hex."""
    attributes: bytes
    """DER of the signed attributes (RFC 5652 section 5.3): exactly what the key signs."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """School year, record id and field: what tells signatures of a request apart."""
        return self.school_year, self.record_id, self.field


@dataclass(frozen=True, slots=True)
class SignRequest:
    """What one person is asked to sign on another computer."""

    school_code: str
    school_name: str
    role: SignerRole
    certificate: str
    """SHA-256 of the certificate that must sign, lower-case hex."""
    created_at: datetime
    expires_at: datetime
    signatures: tuple[RequestedSignature, ...]


@dataclass(frozen=True, slots=True)
class GivenSignature:
    """One signature that was made."""

    school_year: str
    record_id: str
    field: str
    value: bytes

    @property
    def identity(self) -> tuple[str, str, str]:
        """School year, record id and field."""
        return self.school_year, self.record_id, self.field


@dataclass(frozen=True, slots=True)
class SignAnswer:
    """What came back; nothing of it is true before the signatures were verified."""

    request_sha256: str
    """Digest of the request file's bytes, lower-case hex."""
    certificate: bytes
    chain: tuple[bytes, ...]
    mechanism: str
    """``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``."""
    signed_at: datetime
    signatures: tuple[GivenSignature, ...]
    binding: bytes
    """The same key's signature over :func:`binding_message`."""


def digest_of_file(content: bytes) -> str:
    """Return the digest by which an answer names its request."""
    return hashlib.sha256(content).hexdigest()


def binding_message(
    request_sha256: str, certificate: bytes, mechanism: str, signed_at: datetime
) -> bytes:
    """Return what the key signs besides the documents, so that an answer fits one request only."""
    named = {
        "certificate": hashlib.sha256(certificate).hexdigest(),
        "mechanism": mechanism,
        "request_sha256": request_sha256,
        "signed_at": signed_at.isoformat(),
    }
    return BINDING_DOMAIN + _canonical(named)


def encode_request(request: SignRequest) -> bytes:
    """Return the bytes of a request file."""
    return _wrap(
        REQUEST_FORMAT,
        {
            "school": {"code": request.school_code, "name": request.school_name},
            "role": request.role.value,
            "certificate_sha256": request.certificate,
            "created_at": request.created_at.isoformat(),
            "expires_at": request.expires_at.isoformat(),
            "signatures": [
                {
                    "school_year": one.school_year,
                    "record": one.record_id,
                    "field": one.field,
                    "base_sha256": one.base_sha256,
                    "digest_algorithm": one.digest_algorithm,
                    "document_digest": one.document_digest,
                    "signed_attributes": _text(one.attributes),
                }
                for one in request.signatures
            ],
        },
    )


def decode_request(content: bytes) -> SignRequest:
    """Read the bytes of a request file.

    Raises:
        FormatError: it is no request file.
        SigningError: it was changed after it was written.
    """
    return _read(content, REQUEST_FORMAT, _request_from)


def encode_answer(answer: SignAnswer) -> bytes:
    """Return the bytes of an answer file."""
    return _wrap(
        ANSWER_FORMAT,
        {
            "request_sha256": answer.request_sha256,
            "certificate": _text(answer.certificate),
            "chain": [_text(der) for der in answer.chain],
            "mechanism": answer.mechanism,
            "signed_at": answer.signed_at.isoformat(),
            "signatures": [
                {
                    "school_year": one.school_year,
                    "record": one.record_id,
                    "field": one.field,
                    "signature": _text(one.value),
                }
                for one in answer.signatures
            ],
            "binding": _text(answer.binding),
        },
    )


def decode_answer(content: bytes) -> SignAnswer:
    """Read the bytes of an answer file.

    Raises:
        FormatError: it is no answer file.
        SigningError: it was changed after it was written.
    """
    return _read(content, ANSWER_FORMAT, _answer_from)


def _wrap(name: str, content: Mapping[str, object]) -> bytes:
    return _canonical({"format": name, "content": content, "sha256": _digest_of(content)})


def _read(content: bytes, name: str, build: Callable[[Any], _Content]) -> _Content:
    try:
        return build(_unwrap(content, name))
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise FormatError("SIGN-FILE-FORMAT", format=name) from error


def _unwrap(content: bytes, name: str) -> Any:
    if len(content) > LARGEST_FILE:
        raise ValueError(len(content))
    table = json.loads(content)
    if table["format"] != name:
        raise ValueError(name)
    inner = table["content"]
    if _wrap(name, inner) != content:
        raise SigningError("SIGN-FILE-CHANGED", format=name)
    return inner


def _digest_of(content: object) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    return text.encode() + b"\n"


def _request_from(table: Any) -> SignRequest:
    signatures = tuple(_requested(item) for item in table["signatures"])
    _refuse_repeated(one.identity for one in signatures)
    return SignRequest(
        school_code=_safe(table["school"]["code"]),
        school_name=_printable(table["school"]["name"]),
        role=SignerRole(table["role"]),
        certificate=_hex(table["certificate_sha256"], 64),
        created_at=_moment(table["created_at"]),
        expires_at=_moment(table["expires_at"]),
        signatures=signatures,
    )


def _requested(table: Any) -> RequestedSignature:
    algorithm = table["digest_algorithm"]
    return RequestedSignature(
        school_year=_safe(table["school_year"]),
        record_id=_safe(table["record"]),
        field=_safe(table["field"]),
        base_sha256=_hex(table["base_sha256"], 64),
        digest_algorithm=algorithm,
        document_digest=_hex(table["document_digest"], _DIGESTS[algorithm]),
        attributes=_bytes(table["signed_attributes"]),
    )


def _answer_from(table: Any) -> SignAnswer:
    signatures = tuple(
        GivenSignature(
            _safe(item["school_year"]),
            _safe(item["record"]),
            _safe(item["field"]),
            _bytes(item["signature"]),
        )
        for item in table["signatures"]
    )
    _refuse_repeated(one.identity for one in signatures)
    return SignAnswer(
        request_sha256=_hex(table["request_sha256"], 64),
        certificate=_bytes(table["certificate"]),
        chain=tuple(_bytes(der) for der in table["chain"]),
        mechanism=_safe(table["mechanism"]),
        signed_at=_moment(table["signed_at"]),
        signatures=signatures,
        binding=_bytes(table["binding"]),
    )


def _refuse_repeated(identities: Iterable[tuple[str, str, str]]) -> None:
    listed = list(identities)
    if not listed or len(set(listed)) != len(listed):
        raise ValueError(len(listed))


def _safe(value: Any) -> str:
    """Take a name that can neither lead out of a folder nor steer a terminal."""
    if not _SAFE.fullmatch(value):
        raise ValueError(type(value).__name__)
    return str(value)


def _printable(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise TypeError(type(value).__name__)
    return value


def _hex(value: Any, digits: int) -> str:
    if len(value) != digits or not _HEX.fullmatch(value):
        raise ValueError(digits)
    return str(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value, validate=True)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
