"""``preserve sign-answer``: signs what a request asks for, on a computer without the archive."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from preserve.durable import storage_faults, write_new
from preserve.errors import RuleRefusal, SigningError
from preserve.formats.sign_request import (
    GivenSignature,
    SignAnswer,
    SignRequest,
    binding_message,
    decode_request,
    digest_of_file,
    encode_answer,
)
from preserve.sign.deferred_attributes import check_attributes
from preserve.sign.deferred_pdf import fitting_chain
from preserve.sign.deferred_signing import sign_each
from preserve.sign.keys import SigningKey, open_key
from preserve.sign.wanted_key import WantedKey
from preserve.trust.store import fingerprint
from preserve.workflow.open_keys import KeySource


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request that was read and found to ask for documents' signatures and nothing else."""

    request: SignRequest
    sha256: str


def read_request(file: Path, at: datetime) -> ReceivedRequest:
    """Read a request file and refuse one that should not be signed.

    Raises:
        FormatError: it is no request file.
        RuleRefusal: the request is over.
        SigningError: it was changed, or it asks for the signature of something else.
        StorageError: it cannot be read.
    """
    with storage_faults(file):
        content = file.read_bytes()
    request = decode_request(content)
    if at > request.expires_at:
        raise RuleRefusal("SIGN-REQUEST-EXPIRED", until=request.expires_at.isoformat())
    for one in request.signatures:
        check_attributes(one.attributes, one.document_digest, request.certificate)
    return ReceivedRequest(request, digest_of_file(content))


def answer_request(
    received: ReceivedRequest, source: KeySource, target: Path, at: datetime
) -> SignAnswer:
    """Sign everything a request asks for and write the answer, all of it or nothing.

    Raises:
        RuleRefusal: the key is another person's.
        SigningError: the key does not open, or a signature could not be made.
        StorageError: the answer cannot be written.
    """
    request = received.request
    wanted = WantedKey(frozenset({request.certificate}), at)
    key = open_key(source.uri, lambda _name: source.secret, wanted)
    if fingerprint(key.certificate) != request.certificate:
        raise RuleRefusal(
            "SIGN-REQUEST-PERSON",
            wanted=request.certificate,
            found=fingerprint(key.certificate),
        )
    for one in request.signatures:
        check_attributes(one.attributes, one.document_digest, request.certificate, key.certificate)
    binding = binding_message(received.sha256, key.certificate, key.mechanism, at)
    values, bound = _sign(key, request, binding)
    answer = SignAnswer(
        request_sha256=received.sha256,
        certificate=key.certificate,
        chain=fitting_chain(key.chain),
        mechanism=key.mechanism,
        signed_at=at,
        signatures=tuple(
            GivenSignature(*one.identity, values[one.attributes]) for one in request.signatures
        ),
        binding=bound,
    )
    write_new(target, encode_answer(answer))
    return answer


def _sign(
    key: SigningKey, request: SignRequest, binding: bytes
) -> tuple[dict[bytes, bytes], bytes]:
    """Sign every document's attributes and the binding, one batch for each digest algorithm."""
    by_algorithm: dict[str, list[bytes]] = defaultdict(list)
    for one in request.signatures:
        by_algorithm[one.digest_algorithm].append(one.attributes)
    by_algorithm[binding_algorithm(request)].append(binding)
    values: dict[bytes, bytes] = {}
    for algorithm, items in by_algorithm.items():
        values.update(zip(items, sign_each(key, items, algorithm), strict=True))
    if len(values) != len(request.signatures) + 1:
        # Two documents with one digest are one document under two names.
        raise SigningError("SIGN-REQUEST-ATTRIBUTES")
    return values, values.pop(binding)


def binding_algorithm(request: SignRequest) -> str:
    """Return the digest of the signature that binds an answer: that of the first document."""
    return request.signatures[0].digest_algorithm
