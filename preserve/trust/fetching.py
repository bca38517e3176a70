"""Fetches revocation lists and OCSP answers from the places that certificates name."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from asn1crypto import pem
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from preserve.errors import VerificationIndeterminate
from preserve.trust.http_exchange import (
    SCHEMES,
    Limits,
    Refusal,
    RefusalKind,
    Request,
    TransientFailure,
    exchange,
)
from preserve.trust.ocsp import make_ocsp_request
from preserve.trust.patience import Patience, try_patiently

TIMEOUT = 60
"""Seconds for one list or answer."""
LARGEST_CRL = 32 * 1024 * 1024
"""Bytes; the lists of licensed authorities have up to a few million."""
LARGEST_ANSWER = 256 * 1024
"""Bytes; an answer with the responder's certificates has a few thousand."""

_QUERY, _ANSWER = "application/ocsp-request", "application/ocsp-response"
_LIST = "application/pkix-crl"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a certificate says that its status can be asked."""

    lists: tuple[str, ...]
    """Addresses of CRLs (RFC 5280 section 4.2.1.13), HTTP and HTTPS only."""
    responders: tuple[str, ...]
    """Addresses of OCSP responders (RFC 5280 section 4.2.2.1), HTTP and HTTPS only."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Asks each address once a run; a server that stays away is left alone from then on."""

    local: bool = False
    """Whether servers may lie on this machine or in its network."""
    patience: Patience = field(default_factory=Patience)
    timeout: float = TIMEOUT
    _lists: dict[str, bytes] = field(default_factory=dict)
    _silent: dict[str, str] = field(default_factory=dict)

    def fetch_list(self, url: str) -> bytes:
        """Return the DER of the CRL at an address; nothing of it is checked yet.

        Raises:
            VerificationIndeterminate: it cannot be had.
        """
        if url not in self._lists:
            content = self._ask(Request(url, _LIST), LARGEST_CRL, other_hosts=True)
            self._lists[url] = _unarmoured(content)
        return self._lists[url]

    def ask_responder(self, url: str, certificate: bytes, issuer: bytes) -> bytes:
        """Return the DER of a responder's answer; nothing of it is checked yet.

        Raises:
            VerificationIndeterminate: it cannot be had.
        """
        query = make_ocsp_request(certificate, issuer)
        return self._ask(Request(url, _ANSWER, query, _QUERY), LARGEST_ANSWER, other_hosts=False)

    def _ask(self, request: Request, largest: int, *, other_hosts: bool) -> bytes:
        host = urlsplit(request.url).netloc.rpartition("@")[2]
        if host in self._silent:
            raise _failure(host, self._silent[host])
        limits = Limits(self.timeout, largest, other_hosts=other_hosts, local=self.local)
        try:
            return try_patiently(lambda: exchange(request, limits), self.patience).content
        except TransientFailure as failure:
            self._silent[host] = failure.reason
            raise _failure(host, failure.reason) from failure
        except Refusal as refusal:
            if refusal.kind is RefusalKind.ADDRESS:
                raise VerificationIndeterminate("TRUST-FETCH-LOCAL", host=host) from refusal
            raise _failure(host, f"{refusal.kind}: {refusal.detail}") from refusal


def read_places(certificate: bytes) -> Places:
    """Return where a certificate says that its status can be asked.

    Raises:
        VerificationIndeterminate: its extensions cannot be read.
    """
    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
    except ValueError as error:
        raise VerificationIndeterminate("TRUST-NO-PLACE") from error
    lists = [
        name
        for extension in extensions
        if isinstance(extension.value, x509.CRLDistributionPoints)
        for point in extension.value
        for name in point.full_name or ()
    ]
    responders = [
        access.access_location
        for extension in extensions
        if isinstance(extension.value, x509.AuthorityInformationAccess)
        for access in extension.value
        if access.access_method == AuthorityInformationAccessOID.OCSP
    ]
    return Places(_web_addresses(lists), _web_addresses(responders))


def _web_addresses(names: list[x509.GeneralName]) -> tuple[str, ...]:
    found = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return tuple(dict.fromkeys(url for url in found if _scheme(url) in SCHEMES))


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _unarmoured(content: bytes) -> bytes:
    """Some authorities publish PEM under the name of DER."""
    try:
        return pem.unarmor(content)[2] if pem.detect(content) else content
    except ValueError:
        return content


def _failure(host: str, problem: str) -> VerificationIndeterminate:
    return VerificationIndeterminate("TRUST-FETCH", host=host, problem=problem)
