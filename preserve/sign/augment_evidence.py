"""Gathers for a signed PDF the certificates and revocation data that prove its signatures later.

Steps for each signature, its time-stamp and each document time-stamp:

1. the path from its certificate to an anchor of the operator, at the time that is proven;
2. for each certificate of the path but the anchor, a CRL or OCSP answer that could name it. For a
   signer it was issued after the time of signing: an older one cannot know of a revocation in
   between. For authorities and time-stamping authorities one in force at that time will do, since
   their lists come out once in months;
3. what the document holds already is taken first, so that a second run changes nothing.

Sources: ETSI EN 319 142-1 clause 6.3 (levels LT and LTA), EN 319 102-1 clause 5.2.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.general import extract_signer_info

from preserve.errors import SigningError
from preserve.sign.document import (
    in_signing_order,
    open_pdf,
    read_signature,
    reading_pdf,
    signature_fields,
)
from preserve.sign.dss import Evidence, read_evidence
from preserve.sign.soundness import signer_certificate
from preserve.trust.paths import build_path
from preserve.trust.revocation import look_up
from preserve.trust.store import TrustMaterial, fingerprint

_TIMESTAMP = "signature_time_stamp_token"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a document needs, and what of it cannot be put into it."""

    evidence: Evidence
    missing: tuple[str, ...] = ()
    """Fingerprints of certificates that no path or no revocation data vouches for."""
    left_out: tuple[str, ...] = ()
    """Digests of CRLs that are too large for a document; the bundle holds them once."""


@dataclass(frozen=True, slots=True)
class _Credential:
    """A certificate that something in the document was signed with."""

    certificate: bytes
    helpers: tuple[bytes, ...]
    moment: datetime
    """Proven time of the signature, or of the time-stamp itself."""
    signs: bool
    """A signer's, and no time-stamping authority's."""


def gather_evidence(
    pdf: bytes, trust: TrustMaterial, at: datetime, *, largest_crl: int
) -> Gathered:
    """Gather the validation material for every signature and time-stamp of a document.

    A document time-stamp at the very end of the file is left for the next one to protect.

    Args:
        pdf: the file, whose signatures were verified before.
        trust: the operator's anchors, certificates, CRLs and OCSP answers.
        at: now; counts as the time of a signature without a time-stamp.
        largest_crl: bytes; a larger list is named and left out.

    Raises:
        FormatError: the file or a signature cannot be parsed.
    """
    held = read_evidence(pdf)
    material = _merge(held, trust)
    search = _Search(material, held, largest_crl)
    for credential in _credentials(pdf, at):
        search.add(credential)
    return search.result


def _merge(held: Evidence, trust: TrustMaterial) -> TrustMaterial:
    """Put what the document holds before what the operator holds."""
    return TrustMaterial(
        anchors=trust.anchors,
        certificates=tuple(dict.fromkeys((*held.certificates, *trust.certificates))),
        crls=tuple(dict.fromkeys((*held.crls, *trust.crls))),
        ocsps=tuple(dict.fromkeys((*held.ocsps, *trust.ocsps))),
    )


class _Search:
    """Collects the evidence for one certificate after the other."""

    def __init__(self, material: TrustMaterial, held: Evidence, largest_crl: int) -> None:
        self._material, self._held, self._largest = material, held, largest_crl
        self._certificates: dict[bytes, None] = {}
        self._sources: dict[bytes, None] = {}
        self._missing: dict[str, None] = {}
        self._left_out: dict[str, None] = {}

    @property
    def result(self) -> Gathered:
        """What was collected so far."""
        lists = set(self._material.crls)
        return Gathered(
            Evidence(
                tuple(self._certificates),
                tuple(der for der in self._sources if der in lists),
                tuple(der for der in self._sources if der not in lists),
            ),
            tuple(self._missing),
            tuple(self._left_out),
        )

    def add(self, credential: _Credential) -> None:
        """Add the path of a certificate with the revocation data of its parts."""
        helpers = (*credential.helpers, *self._material.certificates)
        try:
            path = _find_path(
                credential.certificate, helpers, self._material.anchors, credential.moment
            )
        except SigningError:
            path = (credential.certificate,)
        if path[-1] not in self._material.anchors:
            self._missing[fingerprint(path[-1])] = None
        self._certificates.update(dict.fromkeys(path))
        for place, (der, issuer) in enumerate(pairwise(path)):
            since = credential.moment if credential.signs and place == 0 else None
            self._add_source(der, issuer, credential.moment, since)

    def _add_source(
        self, certificate: bytes, issuer: bytes, moment: datetime, since: datetime | None
    ) -> None:
        held, ours = self._held, self._material
        small = tuple(der for der in ours.crls if len(der) <= self._largest)
        for lists, answers in ((held.crls, held.ocsps), (small, ours.ocsps)):
            found = _source(certificate, issuer, moment, since, lists, answers)
            if found is not None:
                self._sources[found] = None
                return
        found = _source(certificate, issuer, moment, since, ours.crls, ())
        if found is not None:
            self._left_out[fingerprint(found)] = None
        else:
            self._missing[fingerprint(certificate)] = None


def _find_path(
    certificate: bytes, helpers: tuple[bytes, ...], anchors: tuple[bytes, ...], moment: datetime
) -> tuple[bytes, ...]:
    """Return the path of a certificate; the documents of a batch have the same few signers.

    Revocation is another question, so a path that was valid at one moment is valid whenever all
    its certificates are in force.
    """
    path = _known_path(certificate, tuple(sorted(set(helpers))), anchors, _At(moment))
    if all(begin <= moment <= end for begin, end in map(_validity, path)):
        return path
    return build_path(certificate, helpers, anchors, moment)


@dataclass(frozen=True, slots=True)
class _At:
    """A moment that makes no difference to what is remembered."""

    moment: datetime = field(compare=False)


@lru_cache(maxsize=256)
def _known_path(
    certificate: bytes, helpers: tuple[bytes, ...], anchors: tuple[bytes, ...], first: _At
) -> tuple[bytes, ...]:
    return build_path(certificate, helpers, anchors, first.moment)


@lru_cache(maxsize=256)
def _validity(der: bytes) -> tuple[datetime, datetime]:
    certificate = x509.Certificate.load(der)
    return certificate.not_valid_before, certificate.not_valid_after


def _source(
    certificate: bytes,
    issuer: bytes,
    moment: datetime,
    since: datetime | None,
    lists: tuple[bytes, ...],
    answers: tuple[bytes, ...],
) -> bytes | None:
    """Return the list or answer that tells a certificate's status, the newest one that does."""
    if since is not None:
        # The times of lists have whole seconds.
        begin = since.replace(microsecond=0)
        lists = tuple(der for der in lists if _issued(der) >= begin)
        answers = tuple(der for der in answers if _answered(der) >= begin)
    return look_up(certificate, issuer, lists, moment, answers).source


def _issued(der: bytes) -> datetime:
    issued: datetime = crl.CertificateList.load(der)["tbs_cert_list"]["this_update"].native
    return issued


def _answered(der: bytes) -> datetime:
    data = ocsp.OCSPResponse.load(der).basic_ocsp_response["tbs_response_data"]
    known: datetime = min(single["this_update"].native for single in data["responses"])
    return known


def _credentials(pdf: bytes, at: datetime) -> Iterator[_Credential]:
    reader = open_pdf(pdf)
    for filled in in_signing_order(reader, signature_fields(reader)):
        signature = read_signature(pdf, reader, filled)
        stamp = signature.dictionary.get("/Type") == "/DocTimeStamp"
        if stamp and sum(signature.byte_range[2:]) == len(pdf):
            continue
        with reading_pdf():
            signed = cms.ContentInfo.load(signature.contents)["content"]
            yield from [_of_token(signed)] if stamp else _of_signature(signed, at)


def _of_signature(signed: cms.SignedData, at: datetime) -> Iterable[_Credential]:
    tokens = [
        _of_token(value["content"])
        for attribute in extract_signer_info(signed)["unsigned_attrs"] or ()
        if attribute["type"].native == _TIMESTAMP
        for value in attribute["values"]
    ]
    moment = min((token.moment for token in tokens), default=at)
    own, helpers = _certificates(signed)
    return [_Credential(own, helpers, moment, signs=True), *tokens]


def _of_token(signed: cms.SignedData) -> _Credential:
    own, helpers = _certificates(signed)
    moment = signed["encap_content_info"]["content"].parsed["gen_time"].native
    return _Credential(own, helpers, moment, signs=False)


def _certificates(signed: cms.SignedData) -> tuple[bytes, tuple[bytes, ...]]:
    own = bytes(signer_certificate(signed).dump())
    enclosed = (one.chosen for one in signed["certificates"])
    ders = (bytes(one.dump()) for one in enclosed if isinstance(one, x509.Certificate))
    return own, tuple(der for der in ders if der != own)
