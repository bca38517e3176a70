"""The RFC 3161 client against a real service, and against services that misbehave."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from asn1crypto import algos, tsp
from cryptography import x509

from preserve.demo.authority import DemoAuthority
from preserve.demo.authority_certificates import Credential
from preserve.demo.authority_files import read_key
from preserve.demo.timestamps import DemoTimestamper
from preserve.errors import SigningError
from preserve.trust.patience import Patience
from preserve.trust.timestamping import HttpTimestamper, open_timestamper
from preserve.trust.tokens import check_token, make_request
from tests.unit.sign.conftest import NOW
from tests.unit.trust.servers import Answer, serving

DIGEST = hashlib.sha256(b"x").digest()
REPLY = "application/timestamp-reply"


def client(url: str, pauses: list[float] | None = None, attempts: int = 3) -> HttpTimestamper:
    """A client that notes its pauses instead of sleeping."""
    noted = pauses if pauses is not None else []
    return HttpTimestamper(url, timeout=5, patience=Patience(attempts, noted.append, lambda: 0.5))


def refusal(answer: Answer, pauses: list[float] | None = None) -> SigningError:
    """Ask a misbehaving service and return the error; its exit code is 3."""
    with serving(answer) as url, pytest.raises(SigningError) as caught:
        client(url, pauses).timestamp(DIGEST, "sha256")
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_real_service_gives_checked_tokens(service: str, algorithm: str) -> None:
    """The token is over the digest and says the service's time."""
    digest = hashlib.new(algorithm, b"x").digest()
    token = open_timestamper(service, clock=lambda: NOW)
    stamped = token.timestamp(digest, algorithm)
    assert check_token(stamped, digest, algorithm, None) == NOW


def test_transient_failures_are_tried_again(authority: DemoAuthority) -> None:
    """Two times 503, then a token: the pauses are 2 s and 4 s plus jitter."""
    timestamper = authority.timestamper(NOW)
    queries: list[bytes] = []
    pauses: list[float] = []

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        queries.append(query)
        if len(queries) < 3:
            return 503, {}, b""
        return 200, {"Content-Type": REPLY}, timestamper.answer(query)

    with serving(answer) as url:
        client(url, pauses).timestamp(DIGEST, "sha256")
    assert pauses == [2.5, 4.5]
    assert len(set(queries)) == 1


def test_a_service_that_stays_away_is_given_up() -> None:
    """After the last attempt the error says how often it was tried, and why it failed."""
    pauses: list[float] = []
    error = refusal(lambda _: (503, {}, b""), pauses)
    assert error.code == "TSA-UNREACHABLE"
    assert error.parameters["attempts"] == "3"
    assert error.parameters["reason"] == "HTTP 503"
    assert len(pauses) == 2


def test_nobody_listening_is_unreachable() -> None:
    """A refused connection is transient too."""
    with serving(lambda _: (200, {}, b"")) as url:
        pass
    with pytest.raises(SigningError) as caught:
        client(url, attempts=2).timestamp(DIGEST, "sha256")
    assert caught.value.code == "TSA-UNREACHABLE"
    assert caught.value.parameters["reason"] == "ConnectionRefusedError"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _: (403, {}, b""), "TSA-HTTP-STATUS"),
        (lambda _: (200, {"Content-Type": "text/html"}, b"<html>"), "TSA-CONTENT-TYPE"),
        (lambda _: (200, {"Content-Type": REPLY}, b"garbage"), "TSA-MALFORMED"),
        (lambda _: (200, {"Content-Type": REPLY}, b"0" * 1_100_000), "TSA-TOO-LONG"),
        (lambda _: (307, {"Location": "http://other.invalid/"}, b""), "TSA-REDIRECT"),
        (lambda _: (302, {"Location": "https://127.0.0.1/"}, b""), "TSA-REDIRECT"),
    ],
)
def test_wrong_answers_have_codes_of_their_own(answer: Answer, code: str) -> None:
    """They are not tried again."""
    pauses: list[float] = []
    assert refusal(answer, pauses).code == code
    assert pauses == []


def test_a_redirect_on_the_same_host_is_followed(authority: DemoAuthority) -> None:
    """The query is posted again, unchanged."""
    timestamper, queries = authority.timestamper(NOW), []

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        queries.append(query)
        if len(queries) == 1:
            return 307, {"Location": "/other"}, b""
        return 200, {"Content-Type": REPLY}, timestamper.answer(query)

    with serving(answer) as url:
        client(url).timestamp(DIGEST, "sha256")
    assert queries[0] == queries[1]


def _replayed(timestamper: DemoTimestamper, **changes: object) -> Answer:
    """Answer every query as if it had been another one."""

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        request = tsp.TimeStampReq.load(query)
        for name, value in changes.items():
            if value is None:
                del request[name]
            else:
                request[name] = value
        return 200, {"Content-Type": REPLY}, timestamper.answer(request.dump(force=True))

    return answer


def test_a_replayed_token_is_refused(authority: DemoAuthority) -> None:
    """Another nonce, or none, is not the answer to this request."""
    timestamper = authority.timestamper(NOW)
    assert refusal(_replayed(timestamper, nonce=4711)).code == "TSA-NONCE"
    assert refusal(_replayed(timestamper, nonce=None)).code == "TSA-NONCE"


def test_a_token_over_other_data_is_refused(authority: DemoAuthority) -> None:
    """The imprint must be ours, and digested with the algorithm asked for."""
    other = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "hashed_message": hashlib.sha256(b"y").digest(),
        }
    )
    answer = _replayed(authority.timestamper(NOW), message_imprint=other)
    assert refusal(answer).code == "TSA-IMPRINT"


def test_a_service_that_refuses_is_quoted(authority: DemoAuthority) -> None:
    """The PKIStatus and its reason reach the person."""
    error = refusal(_replayed(authority.timestamper(NOW), req_policy="1.2.3.4"))
    assert error.code == "TSA-REFUSED"
    assert error.parameters == {"status": "rejection", "reasons": "unaccepted_policy"}


def test_a_certificate_that_is_not_for_time_stamping_is_refused(authority: DemoAuthority) -> None:
    """A token that the school's seal signed is none."""
    credential: Credential = read_key(authority.folder / "keys", "SEAL")
    impostor = DemoTimestamper(credential, lambda: NOW)
    error = refusal(lambda query: (200, {"Content-Type": REPLY}, impostor.answer(query)))
    assert error.code == "TSA-CERTIFICATE"


def test_a_changed_token_is_refused(authority: DemoAuthority) -> None:
    """Another time in the signed content breaks the signature."""
    timestamper = authority.timestamper(NOW)

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        reply = timestamper.answer(query)
        changed = reply.replace(b"20260531070509Z", b"20200531070509Z")
        assert changed != reply
        return 200, {"Content-Type": REPLY}, changed

    assert refusal(answer).code == "TSA-SIGNATURE"


def test_every_flipped_bit_of_a_token_is_noticed_or_harmless(authority: DemoAuthority) -> None:
    """Whatever byte of a reply changes: our error, or the same imprint, nonce and time."""
    timestamper = authority.timestamper(NOW)
    nonce, request = make_request(DIGEST, "sha256")
    reply = timestamper.answer(request.dump())
    for place in range(0, len(reply), 7):
        changed = reply[:place] + bytes([reply[place] ^ 0x21]) + reply[place + 1 :]
        try:
            token = tsp.TimeStampResp.load(changed, strict=True)["time_stamp_token"]
            assert check_token(token, DIGEST, "sha256", nonce) == NOW
        except (SigningError, ValueError, KeyError):
            continue


def test_a_token_far_from_the_clock_is_refused(service: str) -> None:
    """A day and an hour apart: one of the two clocks is wrong."""
    late = NOW + timedelta(hours=25)
    with pytest.raises(SigningError, match="TSA-CLOCK"):
        HttpTimestamper(service, clock=lambda: late).timestamp(DIGEST, "sha256")


def test_with_anchors_the_authority_must_lead_to_one(
    service: str, authority: DemoAuthority
) -> None:
    """The authority's own root is accepted, the school's is not."""
    right, wrong = (authority.certificate(code) for code in ("demo-tsa-root", "demo-root"))
    HttpTimestamper(service, anchors=(right,)).timestamp(DIGEST, "sha256")
    with pytest.raises(SigningError, match="SIGN-ISSUER-UNKNOWN"):
        HttpTimestamper(service, anchors=(wrong,)).timestamp(DIGEST, "sha256")


@pytest.mark.parametrize("url", ["ftp://x/", "file:///etc/passwd", "tsa.example", "http://", ""])
def test_only_http_addresses_are_asked(url: str) -> None:
    """Other schemes are refused before anything is sent."""
    with pytest.raises(SigningError, match="TSA-URL"):
        open_timestamper(url)


def test_a_password_in_the_address_is_not_repeated() -> None:
    """The error shows scheme and host only."""
    with pytest.raises(SigningError) as caught:
        open_timestamper("ftp://user:geheim@host/path?key=geheim")
    assert "geheim" not in str(caught.value)


def test_tokens_name_the_certificate(authority: DemoAuthority) -> None:
    """The service's certificate lies in the token, with its root."""
    token = authority.timestamper(NOW).answer(make_request(DIGEST, "sha256")[1].dump())
    certificates = tsp.TimeStampResp.load(token)["time_stamp_token"]["content"]["certificates"]
    ders = [choice.chosen.dump() for choice in certificates]
    assert authority.certificate("demo-tsa") in ders
    assert x509.load_der_x509_certificate(ders[0])
