"""Paths to anchors, and what revocation lists say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from preserve.demo.authority import DemoAuthority
from preserve.demo.authority_files import read_key
from preserve.errors import FormatError, SigningError
from preserve.trust.paths import build_path
from preserve.trust.revocation import Status, certificate_status
from tests.unit.sign.conftest import NOW


def _list(
    authority: DemoAuthority,
    *,
    issued: datetime = NOW,
    signer: str = "demo-issuing",
    revoked: tuple[tuple[str, x509.ReasonFlags | None], ...] = (),
    extension: x509.IssuingDistributionPoint | None = None,
) -> bytes:
    issuer = read_key(authority.folder / "keys", "demo-issuing").certificate
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(issued)
        .next_update(issued + timedelta(days=30))
    )
    for code, reason in revoked:
        serial = x509.load_der_x509_certificate(authority.certificate(code)).serial_number
        entry = x509.RevokedCertificateBuilder(serial, issued)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    key = read_key(authority.folder / "keys", signer).key
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _point(
    place: str | None = None, *, authorities_only: bool = False
) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(place)] if place else None,
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=authorities_only,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


def _status(authority: DemoAuthority, *crls: bytes, at: datetime = NOW) -> Status:
    certificates = authority.certificate("GV01"), authority.certificate("demo-issuing")
    return certificate_status(*certificates, crls, at)


def test_a_list_in_force_clears(authority: DemoAuthority) -> None:
    """A younger list clears as well: revocations are not taken back."""
    assert _status(authority, _list(authority)) is Status.GOOD
    assert _status(authority, _list(authority, issued=NOW + timedelta(days=3))) is Status.GOOD


def test_an_old_list_does_not_clear(authority: DemoAuthority) -> None:
    """Thirty-one days later nothing is known."""
    at = NOW + timedelta(days=31)
    assert _status(authority, _list(authority), at=at) is Status.UNKNOWN


@pytest.mark.parametrize(
    "reason", [None, x509.ReasonFlags.key_compromise, x509.ReasonFlags.certificate_hold]
)
def test_any_list_reveals_a_revocation(
    authority: DemoAuthority, reason: x509.ReasonFlags | None
) -> None:
    """Old or new, beside a list that clears: revoked stays revoked."""
    revealing = _list(authority, revoked=(("GV01", reason),))
    for at in (NOW, NOW + timedelta(days=300)):
        assert _status(authority, _list(authority), revealing, at=at) is Status.REVOKED


def test_a_lifted_hold_is_no_revocation(authority: DemoAuthority) -> None:
    """``removeFromCRL`` says that a suspension ended."""
    lifted = _list(authority, revoked=(("GV01", x509.ReasonFlags.remove_from_crl),))
    assert _status(authority, lifted) is Status.GOOD


def test_another_persons_revocation_does_not_count(authority: DemoAuthority) -> None:
    """Serial numbers tell."""
    crl = _list(authority, revoked=(("GV02", None),))
    assert _status(authority, crl) is Status.GOOD


def test_a_forged_list_says_nothing(authority: DemoAuthority) -> None:
    """The issuer's name without the issuer's key is worth nothing, in either direction."""
    forged = _list(authority, signer="demo-tsa-root", revoked=(("GV01", None),))
    assert _status(authority, forged) is Status.UNKNOWN
    assert _status(authority, b"garbage", b"") is Status.UNKNOWN


def test_a_list_of_a_part_reveals_and_does_not_clear(authority: DemoAuthority) -> None:
    """A list for authorities only must not clear a person."""
    part = _point(authorities_only=True)
    assert _status(authority, _list(authority, extension=part)) is Status.UNKNOWN
    revealing = _list(authority, extension=part, revoked=(("GV01", None),))
    assert _status(authority, revealing) is Status.REVOKED


def test_a_list_of_a_place_clears_what_is_published_there(authority: DemoAuthority) -> None:
    """One part of a list that an authority splits must not clear the other part."""
    own = _list(authority, extension=_point("http://demo.invalid/crls/issuing.crl"))
    other = _list(authority, extension=_point("http://demo.invalid/crls/2.crl"))
    assert _status(authority, own) is Status.GOOD
    assert _status(authority, other) is Status.UNKNOWN


def test_broken_helpers_are_no_path(authority: DemoAuthority) -> None:
    """Bytes that are no certificates raise our error, with anchors and without."""
    certificate, root = authority.certificate("GV01"), authority.certificate("demo-root")
    for anchors in ((root,), ()):
        with pytest.raises(SigningError):
            build_path(certificate, (b"0\x03abc",), anchors, NOW)


def test_bytes_that_are_no_certificate_are_refused(authority: DemoAuthority) -> None:
    """A format error, not a status."""
    with pytest.raises(FormatError):
        certificate_status(b"x", authority.certificate("demo-issuing"), (), NOW)


def test_a_path_leads_from_the_certificate_to_the_anchor(authority: DemoAuthority) -> None:
    """With anchors it is validated and ends with one of them."""
    certificate, issuing, root = (
        authority.certificate(code) for code in ("GV01", "demo-issuing", "demo-root")
    )
    assert build_path(certificate, (issuing,), (root,), NOW) == (certificate, issuing, root)
    assert build_path(certificate, (issuing, root), (), NOW) == (certificate, issuing, root)
    assert build_path(certificate, (), (), NOW) == (certificate,)


def test_a_wrong_anchor_is_no_path(authority: DemoAuthority) -> None:
    """The time-stamping root vouches for nobody else."""
    certificate, issuing, other = (
        authority.certificate(code) for code in ("GV01", "demo-issuing", "demo-tsa-root")
    )
    with pytest.raises(SigningError, match="SIGN-ISSUER-UNKNOWN"):
        build_path(certificate, (issuing,), (other,), NOW)


def test_an_authority_out_of_time_is_no_path(authority: DemoAuthority) -> None:
    """Every certificate of the path must be in force."""
    certificate, issuing, root = (
        authority.certificate(code) for code in ("GV01", "demo-issuing", "demo-root")
    )
    with pytest.raises(SigningError) as caught:
        build_path(certificate, (issuing,), (root,), NOW + timedelta(days=6 * 365))
    assert caught.value.code == "SIGN-PATH"
