"""Keys behind a remote signing service: a real server on loopback, both generations."""

from __future__ import annotations

import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.errors import SigningError
from preserve.sign import csc_http
from preserve.sign.cms_signer import KeySigner
from preserve.sign.csc_key import CscKey
from preserve.sign.csc_opening import open_csc
from preserve.sign.csc_secrets import CscSecrets, parse_secrets
from preserve.sign.csc_uri import parse_csc_uri
from preserve.sign.deferred_signing import holds, sign_each
from preserve.sign.engine import sign_pdf
from preserve.sign.keys import open_key
from tests.csc_server import OTP, PASSWORD, PIN, TOKEN, USER, CscService, serve_csc
from tests.unit.sign.conftest import FIELDS, NOW
from tests.unit.sign.test_engine import request_for, validate

Serve = Callable[..., CscService]
DATA = b"what is signed"


@pytest.fixture
def serve(authority: DemoAuthority) -> Iterator[Serve]:
    """Start services that hold one of the demonstration keys."""
    with ExitStack() as stack:

        def start(code: str = "GV01", **settings: object) -> CscService:
            key = authority.open_demo_key(code)
            return stack.enter_context(serve_csc(CscService(key, **settings)))  # type: ignore[arg-type]

        yield start


def open_at(service: CscService, secret: str = PIN, **settings: object) -> CscKey:
    """Open the key of a service."""
    return open_csc(service.uri.removeprefix("csc:"), lambda _: secret, **settings)  # type: ignore[arg-type]


def refusal(act: Callable[[], object]) -> SigningError:
    """Return the error that an act ends with; no secret stands in it or its traceback."""
    with pytest.raises(SigningError) as caught:
        act()
    shown = "".join(traceback.format_exception(caught.value))
    assert not any(secret in shown for secret in (PIN, OTP, TOKEN, PASSWORD, "Nguyễn"))
    return caught.value


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("code", "settings", "mechanism"),
    [
        ("GV01", {}, "ecdsa"),
        ("GV01", {"side_by_side": True}, "ecdsa"),
        (SEAL_CODE, {}, "rsassa_pss"),
        (SEAL_CODE, {"pss": False}, "rsassa_pkcs1v15"),
    ],
)
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_a_hash_is_signed(
    serve: Serve, version: int, code: str, settings: dict[str, object], mechanism: str, digest: str
) -> None:
    """Every kind of key signs through both generations, in the form that CMS wants."""
    service = serve(code, version=version, **settings)
    key = open_key(service.uri, lambda _: PIN)
    assert key.mechanism == mechanism
    assert key.certificate == service.key.certificate
    assert key.chain == service.key.chain
    signature = key.sign(DATA, digest)
    assert holds(signature, DATA, key.certificate, mechanism, digest)
    assert len(signature) <= key.signature_size


def test_a_document_is_signed_and_valid(
    serve: Serve, authority: DemoAuthority, make_pdf: Callable[..., bytes], tmp_path: Path
) -> None:
    """A PDF signed through the service is valid to pyHanko."""
    key = open_at(serve())
    signed = sign_pdf(make_pdf(), request_for(FIELDS[0]), key, authority.timestamper(NOW))
    (status,) = validate(signed, authority, tmp_path)
    assert status.bottom_line


def test_one_authorisation_serves_a_batch(serve: Serve) -> None:
    """Forty signatures with room for ten each cost four authorisations, not forty."""
    service = serve(multisign=10)
    key = open_at(service)
    for number in range(40):
        key.sign(bytes([number]), "sha256")
    assert service.authorized == [10] * 4


def test_an_announced_batch_authorises_no_more_than_it_needs(serve: Serve) -> None:
    """Who says how many signatures come gets exactly so many authorised."""
    service = serve(multisign=10)
    key = open_at(service)
    key.expected = 3
    for number in range(3):
        key.sign(bytes([number]), "sha256")
    assert service.authorized == [3]


@pytest.mark.parametrize("version", [1, 2])
def test_pinned_hashes_are_authorised_together(serve: Serve, version: int) -> None:
    """Where the service binds hashes, a whole batch still needs one code and two requests."""
    service = serve(version=version, pinned=True, wants_otp=True, multisign=30)
    key = open_at(service, f"pin={PIN} otp={OTP}")
    items = [bytes([number]) for number in range(25)]
    signatures = sign_each(key, items, "sha256")
    pairs = zip(signatures, items, strict=True)
    assert all(holds(s, i, key.certificate, key.mechanism, "sha256") for s, i in pairs)
    assert service.asked[-2:] == ["credentials/authorize", "signatures/signHash"]
    assert service.authorized == [25]


def test_a_spent_code_is_not_sent_again(serve: Serve) -> None:
    """The second authorisation asks for a new code instead of burning an attempt."""
    service = serve(wants_otp=True, multisign=1)
    key = open_at(service, f"pin={PIN}\notp={OTP}\n")
    key.sign(DATA, "sha256")
    asked = len(service.asked)
    assert refusal(lambda: key.sign(DATA, "sha256")).code == "SIGN-CSC-CODE-SPENT"
    assert len(service.asked) == asked


@pytest.mark.parametrize(("wrong", "given"), [("PIN", "pin=000000"), ("OTP", f"pin={PIN} otp=1")])
def test_a_wrong_secret_costs_one_attempt(serve: Serve, wrong: str, given: str) -> None:
    """The refusal is told as such, once."""
    service = serve(wants_otp=wrong == "OTP")
    key = open_at(service, given)
    assert refusal(lambda: key.sign(DATA, "sha256")).code == "SIGN-CSC-PIN"
    assert service.asked.count("credentials/authorize") == 1


def test_a_missing_code_is_noticed_before_anything_is_authorised(serve: Serve) -> None:
    """The key asks for a code that was not given: no attempt is spent."""
    service = serve(wants_otp=True)
    assert refusal(lambda: open_at(service)).parameters["names"] == "OTP"
    assert "credentials/authorize" not in service.asked


@pytest.mark.parametrize("given", [f"pin={PIN}\ntoken={TOKEN}", f"{PIN=}\n"])
def test_a_token_is_a_header_and_never_in_a_url(serve: Serve, given: str) -> None:
    """With the token the service answers, without it the sign-in is refused."""
    service = serve(wants_token=True)
    if "token" in given:
        open_at(service, given).sign(DATA, "sha256")
    else:
        assert refusal(lambda: open_at(service)).code == "SIGN-CSC-LOGIN"
    assert not any(TOKEN in url or PIN in url for url in service.urls)


def test_user_and_password_get_a_token(serve: Serve) -> None:
    """``auth/login`` is asked with them, everything after it with the token."""
    service = serve(wants_token=True)
    given = f"pin={PIN}\nuser={USER}\npassword={PASSWORD}"
    assert open_at(service, given).sign(DATA, "sha256")
    assert refusal(lambda: open_at(service, f"pin={PIN}\nuser=x\npassword=y")).code == (
        "SIGN-CSC-LOGIN"
    )


def test_the_only_key_needs_no_name(serve: Serve) -> None:
    """Without a credential the service's list decides, when it has one entry."""
    service = serve()
    key = open_csc(service.base, lambda _: PIN)
    assert key.credential.credential_id == "DEMO-GV01"


def test_a_service_without_info_is_known_by_its_url(serve: Serve) -> None:
    """The version in the path counts where ``info`` is not offered."""
    service = serve(version=2, faults={"info": "no-info"})
    assert open_at(service).sign(DATA, "sha256")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("slow", "SIGN-CSC-UNREACHABLE"),
        ("drop", "SIGN-CSC-UNREACHABLE"),
        ("garbage", "SIGN-CSC-MALFORMED"),
        ("few", "SIGN-CSC-MALFORMED"),
        ("wrong", "SIGN-CSC-SIGNATURE"),
        ("redirect", "SIGN-CSC-REFUSED"),
    ],
)
def test_a_signature_is_never_asked_for_twice(serve: Serve, fault: str, code: str) -> None:
    """Whatever happens to the answer, one request was sent and the reason is told."""
    service = serve(faults={"signatures/signHash": fault})
    key = open_at(service, timeout=0.5)
    assert refusal(lambda: key.sign(DATA, "sha256")).code == code
    assert service.asked.count("signatures/signHash") == 1


def test_an_expired_authorisation_is_renewed(serve: Serve) -> None:
    """After its life an authorisation is not used any more."""
    service = serve()
    now = [0.0]
    key = replace(open_at(service), clock=lambda: now[0])
    key.sign(DATA, "sha256")
    now[0] = 299.0
    key.sign(DATA, "sha256")
    assert service.authorized == [10, 10]


def test_nobody_answers(serve: Serve) -> None:
    """A service that is down is told by its host."""
    service = serve()
    base = service.base.replace("127.0.0.1", "127.0.0.2")
    error = refusal(lambda: open_csc(base, lambda _: PIN))
    assert (error.code, error.parameters["host"]) == ("SIGN-CSC-UNREACHABLE", "127.0.0.2")


def test_a_server_certificate_must_hold(
    authority: DemoAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A self-signed server is refused before any secret is sent; one that is trusted serves."""
    context = _server_context(tmp_path)
    key = authority.open_demo_key("GV01")
    with serve_csc(CscService(key), context) as service:  # type: ignore[arg-type]
        assert service.uri.startswith("csc:https://")
        assert refusal(lambda: open_at(service)).code == "SIGN-CSC-TLS"
        assert service.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        csc_http._opener.cache_clear()
        assert open_at(service).sign(DATA, "sha256")
    csc_http._opener.cache_clear()


@pytest.mark.parametrize(
    "rest",
    [
        "http://sign.example.vn/csc/v1?credential=A",
        "ftp://sign.example.vn/csc/v1",
        "https://gv01:pw@sign.example.vn/csc/v1",
        "https://sign.example.vn/csc/v1?credential=A&pin=1",
        "https://sign.example.vn/csc/v1?credential=A&credential=B",
        "https://sign.example.vn/csc/v1#x",
        "https://",
        "https://[",
        "https://sign.example.vn:99999/csc/v1",
        "",
    ],
)
def test_an_unsafe_address_is_refused(rest: str) -> None:
    """Plain HTTP abroad, secrets and surplus parts in an address, and no address."""
    error = refusal(lambda: open_csc(rest, lambda _: pytest.fail("asked for a secret")))
    assert error.code == "SIGN-CSC-URI"
    assert error.parameters == {}


def test_an_address_is_taken_apart() -> None:
    """Base, host and credential, percent-encoding undone."""
    address = parse_csc_uri("https://sign.example.vn:8443/csc/v1/?credential=A%2FB%20C")
    assert address.base == "https://sign.example.vn:8443/csc/v1"
    assert (address.host, address.credential) == ("sign.example.vn", "A/B C")


@pytest.mark.parametrize(
    "text", ["pni=1234", "pin=1\nxyz", "pin=1 pin=2", "=1234", "token=a password"]
)
def test_misspelt_secrets_are_refused_and_not_repeated(text: str) -> None:
    """A slip must not go to the service as a PIN."""
    error = refusal(lambda: parse_secrets(text))
    assert error.code == "SIGN-CSC-SECRETS"
    assert "1234" not in str(error)


@given(st.text(st.characters(codec="utf-8", exclude_characters="=\r\n"), max_size=20))
def test_a_text_without_names_is_the_pin(text: str) -> None:
    """Anything without ``=`` is the PIN, spaces around it left off; no ``repr`` shows it."""
    secrets = parse_secrets(text)
    assert secrets == CscSecrets(pin=text.strip())
    assert repr(secrets) == repr(CscSecrets())


def test_no_repr_shows_a_secret(serve: Serve) -> None:
    """Neither the key nor its session does."""
    key = open_at(serve(wants_token=True), f"pin={PIN}\ntoken={TOKEN}")
    key.sign(DATA, "sha256")
    assert not any(secret in repr(key) for secret in (PIN, TOKEN, *_activation(key)))
    assert KeySigner(key).signing_cert is not None


def _activation(key: CscKey) -> list[str]:
    return [key._grant.activation] if key._grant else []


def _server_context(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "DEMO server")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    # The machine's own clock judges a TLS server, so the certificate holds for very long.
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NOW - timedelta(days=9000), NOW + timedelta(days=9000)
    ).add_extension(address, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
