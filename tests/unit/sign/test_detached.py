"""Detached CAdES signatures over a manifest."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import cms

from preserve.demo.authority import DemoAuthority
from preserve.errors import SigningError
from preserve.sign.detached import sign_detached
from preserve.sign.keys import SigningKey
from preserve.trust.tokens import check_token
from tests.unit.sign.conftest import NOW

CONTENT = b"abc  data/hoc-ba/x.pdf\n" * 20


def _signer_info(encoded: bytes) -> cms.SignerInfo:
    (info,) = cms.ContentInfo.load(encoded, strict=True)["content"]["signer_infos"]
    return info


@pytest.mark.judge("openssl")
@pytest.mark.parametrize("changed", [False, True])
def test_openssl_judges_the_seal(
    seal: SigningKey, authority: DemoAuthority, tmp_path: Path, *, changed: bool
) -> None:
    """OpenSSL accepts the signature with its certificate attribute, and no other content."""
    encoded = sign_detached(CONTENT, seal, authority.timestamper(NOW), claimed_time=NOW)
    (tmp_path / "manifest.p7s").write_bytes(encoded)
    (tmp_path / "manifest").write_bytes(CONTENT + b"x" * changed)
    authority.write_trust(tmp_path / "trust")
    judged = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-binary", "-cades"),
            *("-in", str(tmp_path / "manifest.p7s"), "-content", str(tmp_path / "manifest")),
            *("-CAfile", str(tmp_path / "trust/anchors/demo-root.pem")),
            *("-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "/dev/null"),
        ],
        capture_output=True,
        check=False,
    )
    assert (judged.returncode == 0) is not changed


def test_the_signed_attributes_are_those_of_the_baseline(seal: SigningKey) -> None:
    """Content type, digest, signing time, signing certificate; SHA-512; no content inside."""
    encoded = sign_detached(CONTENT, seal, None, claimed_time=NOW)
    info = _signer_info(encoded)
    attributes = {a["type"].native: a["values"][0] for a in info["signed_attrs"]}
    assert attributes.keys() == {
        "content_type",
        "message_digest",
        "signing_time",
        "signing_certificate_v2",
    }
    assert attributes["signing_time"].native == NOW
    assert info["digest_algorithm"]["algorithm"].native == "sha512"
    assert not info["unsigned_attrs"]
    content = cms.ContentInfo.load(encoded)["content"]["encap_content_info"]["content"]
    assert content.native is None


def test_the_time_stamp_is_over_the_signature(seal: SigningKey, authority: DemoAuthority) -> None:
    """Level B-T: the token's imprint is the digest of this signature's value."""
    encoded = sign_detached(CONTENT, seal, authority.timestamper(NOW), claimed_time=NOW)
    info = _signer_info(encoded)
    (token,) = info["unsigned_attrs"][0]["values"]
    imprint = hashlib.sha512(info["signature"].native).digest()
    assert check_token(token, imprint, "sha512", None) == NOW


def test_sha1_and_times_without_zone_are_refused(seal: SigningKey) -> None:
    """The same rules as for PDFs."""
    with pytest.raises(SigningError, match="SIGN-DIGEST"):
        sign_detached(CONTENT, seal, None, digest_algorithm="sha1", claimed_time=NOW)
    naive: datetime = NOW.replace(tzinfo=None)
    with pytest.raises(SigningError, match="SIGN-TIME-ZONE"):
        sign_detached(CONTENT, seal, None, claimed_time=naive)
