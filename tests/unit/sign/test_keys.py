"""Opening keys: what is refused, and that no secret leaks."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.errors import PreserveError, SigningError
from preserve.sign.keys import open_key, open_pkcs12
from tests.unit.sign.conftest import NOW

PASSPHRASE = "mật khẩu thử"


def _certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "DEMO")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW)
    return builder.sign(key, hashes.SHA256())


def _write(path: Path, key: object, certificate: x509.Certificate | None) -> Path:
    encryption = BestAvailableEncryption(PASSPHRASE.encode())
    content = pkcs12.serialize_key_and_certificates(
        b"demo",
        key,  # type: ignore[arg-type]
        certificate,
        None,
        encryption,
    )
    path.write_bytes(content)
    return path


def _code(path: Path, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(SigningError) as caught:
        open_pkcs12(path, lambda _: passphrase)
    assert caught.value.exit_code == 3
    return caught.value.code


def test_a_demo_key_opens_by_its_uri(authority: DemoAuthority) -> None:
    """``pkcs12:FILE`` opens the file; the callback learns which file asks."""
    asked = []

    def secret(name: str) -> str:
        asked.append(name)
        return authority.passphrase("GV01")

    key = open_key(authority.key_uri("GV01"), secret)
    assert asked == ["GV01.p12"]
    assert key.certificate == authority.certificate("GV01")
    assert key.mechanism == "ecdsa"


@pytest.mark.parametrize("uri", ["cloud:https://x", "pkcs12:", "pkcs12", "", "file:x.p12"])
def test_other_schemes_are_refused(uri: str) -> None:
    """Only ``pkcs12:FILE`` is known; the secret is not even asked for."""
    with pytest.raises(SigningError, match="SIGN-KEY-SCHEME"):
        open_key(uri, lambda _: pytest.fail("asked for a secret"))


def test_a_wrong_passphrase_is_told_and_not_repeated(authority: DemoAuthority) -> None:
    """Neither the message nor the chain of the error holds the passphrase."""
    path = Path(authority.key_uri("GV01").removeprefix("pkcs12:"))
    with pytest.raises(SigningError) as caught:
        open_pkcs12(path, lambda _: "sai-mat-khau-1234")
    assert caught.value.code == "SIGN-KEY-PASSPHRASE"
    assert "1234" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.parameters == {"file": "GV01.p12"}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The file's path is named."""
    assert _code(tmp_path / "none.p12") == "SIGN-KEY-FILE"


def test_bytes_that_are_no_pkcs12_are_told(tmp_path: Path) -> None:
    """A damaged file looks like a wrong passphrase to everybody; the text says both."""
    path = tmp_path / "broken.p12"
    path.write_bytes(b"0\x82garbage")
    assert _code(path) == "SIGN-KEY-PASSPHRASE"


def test_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    """Certificates alone cannot sign."""
    key = ec.generate_private_key(ec.SECP256R1())
    assert _code(_write(tmp_path / "a.p12", None, _certificate(key))) == "SIGN-KEY-MISSING"


def test_a_short_rsa_key_is_refused(tmp_path: Path) -> None:
    """1024 bits are too few (TT 15/2025/TT-BKHCN)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    assert _code(_write(tmp_path / "a.p12", key, _certificate(key))) == "SIGN-KEY-WEAK"


def test_an_unknown_curve_is_refused(tmp_path: Path) -> None:
    """Only P-256 and P-384 are taken."""
    key = ec.generate_private_key(ec.SECP256K1())
    assert _code(_write(tmp_path / "a.p12", key, _certificate(key))) == "SIGN-KEY-TYPE"


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Ed25519 is not in the list of allowed algorithms."""
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "DEMO")])
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW)
    path = _write(tmp_path / "a.p12", key, certificate.sign(key, None))
    assert _code(path) == "SIGN-KEY-TYPE"


def test_a_file_without_a_passphrase_opens(tmp_path: Path) -> None:
    """An empty passphrase means none."""
    key = ec.generate_private_key(ec.SECP384R1())
    path = tmp_path / "open.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"d", key, _certificate(key), None, NoEncryption())
    )
    opened = open_pkcs12(path, lambda _: "")
    for algorithm, digest in (("sha256", hashes.SHA256()), ("sha384", hashes.SHA384())):
        signature = opened.sign(b"x", algorithm)
        key.public_key().verify(signature, b"x", ec.ECDSA(digest))
        assert len(signature) <= opened.signature_size


def test_rsa_keys_sign_with_pss_unless_told_otherwise(authority: DemoAuthority) -> None:
    """The salt is as long as the digest; PKCS#1 v1.5 is there on demand."""
    pss = authority.open_demo_key(SEAL_CODE)
    old = authority.open_demo_key(SEAL_CODE, prefer_pss=False)
    public = x509.load_der_x509_certificate(pss.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    scheme = padding.PSS(padding.MGF1(hashes.SHA512()), salt_length=64)
    public.verify(pss.sign(b"x", "sha512"), b"x", scheme, hashes.SHA512())
    public.verify(old.sign(b"x", "sha256"), b"x", padding.PKCS1v15(), hashes.SHA256())
    assert (pss.mechanism, old.mechanism) == ("rsassa_pss", "rsassa_pkcs1v15")
    assert pss.signature_size == len(pss.sign(b"x", "sha256")) == 256


def test_a_key_does_not_show_itself(authority: DemoAuthority) -> None:
    """The representation has no private key, and a key cannot be pickled into a file."""
    key = authority.open_demo_key("GV01")
    assert "private" not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_an_unknown_digest_is_refused(authority: DemoAuthority) -> None:
    """SHA-1 signatures are never made."""
    with pytest.raises(PreserveError, match="SIGN-DIGEST"):
        authority.open_demo_key("GV01").sign(b"x", "sha1")
