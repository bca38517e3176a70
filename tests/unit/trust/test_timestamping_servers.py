"""The RFC 3161 client against authorities of others, and against servers that break off or drip."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from threading import Event

import pytest

from preserve.errors import SigningError
from preserve.trust.timestamping import HttpTimestamper
from preserve.trust.tokens import check_token, token_certificates
from tests.certomancer import Certomancer
from tests.openssl_tsa import POLICY, OpensslTsa
from tests.unit.trust.servers import Answer, drip, hasty, raw_server, reset, serving

DIGEST = hashlib.sha256(b"x").digest()
REPLY = {"Content-Type": "application/timestamp-reply"}


def now() -> datetime:
    """The clock of the servers."""
    return datetime.now(UTC)


def answers(tsa: OpensslTsa) -> Answer:
    """Serve openssl's answers."""
    return lambda query: (200, REPLY, tsa.answer(query))


def refusal(url: str, **settings: object) -> SigningError:
    """Ask once and return the error."""
    client = HttpTimestamper(url, patience=hasty(), **settings)  # type: ignore[arg-type]
    with pytest.raises(SigningError) as caught:
        client.timestamp(DIGEST, "sha256")
    return caught.value


@pytest.mark.judge("certomancer")
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_certomancers_tokens_are_taken(infrastructure: Certomancer, algorithm: str) -> None:
    """Imprint, nonce, signature, purpose, path and clock agree."""
    digest = hashlib.new(algorithm, b"x").digest()
    anchors = (infrastructure.certificate("root"),)
    client = HttpTimestamper(infrastructure.tsa, anchors=anchors, clock=now)
    token = client.timestamp(digest, algorithm)
    assert abs((check_token(token, digest, algorithm, None) - now()).total_seconds()) < 60
    assert token_certificates(token)[0] == infrastructure.certificate("tsa")


@pytest.mark.judge("openssl")
def test_openssls_tokens_are_taken_and_openssl_agrees(
    openssl_tsa: OpensslTsa, tmp_path: Path
) -> None:
    """What our client takes is what ``openssl ts -verify`` calls OK."""
    with serving(answers(openssl_tsa)) as url:
        client = HttpTimestamper(url, anchors=(openssl_tsa.root,), clock=now, policy=POLICY)
        token = client.timestamp(DIGEST, "sha256")
    (tmp_path / "token").write_bytes(token.dump())
    (tmp_path / "data").write_bytes(b"x")
    data = ("-in", tmp_path / "token", "-data", tmp_path / "data")
    files = (*data, "-CAfile", openssl_tsa.folder / "root.pem")
    judged = subprocess.run(
        ["openssl", "ts", "-verify", "-token_in", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in judged.stdout + judged.stderr


@pytest.mark.judge("openssl")
def test_another_root_is_no_anchor(openssl_tsa: OpensslTsa, tmp_path: Path) -> None:
    """A valid token of another authority of the same name: only keys tell them apart."""
    (tmp_path / "o").mkdir()
    other = OpensslTsa.create(tmp_path / "o")
    with serving(answers(openssl_tsa)) as url:
        assert refusal(url, anchors=(other.root,)).code == "SIGN-PATH"


@pytest.mark.judge("openssl")
@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"ended": True}, "TSA-CERTIFICATE-TIME"),
        ({"digest": "sha1"}, "TSA-WEAK"),
    ],
)
def test_a_bad_authority_is_refused(tmp_path: Path, made: dict[str, object], code: str) -> None:
    """An ended certificate and a weak digest, with no anchors that could tell instead."""
    tsa = OpensslTsa.create(tmp_path, **made)  # type: ignore[arg-type]
    with serving(answers(tsa)) as url:
        assert refusal(url).code == code


@pytest.mark.judge("openssl")
def test_the_wanted_policy_is_asked_for_and_checked(openssl_tsa: OpensslTsa) -> None:
    """A policy that the authority lacks is refused by it; another one in the token by us."""
    with serving(answers(openssl_tsa)) as url:
        HttpTimestamper(url, policy="1.3.6.1.4.1.32473.3161.9").timestamp(DIGEST, "sha256")
        assert refusal(url, policy="1.2.3").code == "TSA-REFUSED"
        token = HttpTimestamper(url).timestamp(DIGEST, "sha256")
    with pytest.raises(SigningError, match="TSA-POLICY"):
        check_token(token, DIGEST, "sha256", None, "1.2.3")


@pytest.mark.parametrize(
    ("speak", "reason"),
    [
        (reset, "ConnectionResetError"),
        (drip, "TimeoutError"),
        (lambda _, stop: stop.wait(5), "TimeoutError"),
        (lambda c, _: c.sendall(b"garbage\r\n\r\n"), "BadStatusLine"),
    ],
)
def test_a_server_that_breaks_off_or_never_ends_is_given_up(
    speak: Callable[[socket, Event], None], reason: str
) -> None:
    """The time-out is for the whole exchange, so dripping does not help."""
    started = time.monotonic()
    with raw_server(speak) as url:
        error = refusal(url, timeout=0.8)
    assert error.code == "TSA-UNREACHABLE"
    assert error.parameters["reason"] == reason
    assert time.monotonic() - started < 5


def test_a_reply_that_breaks_off_is_tried_again() -> None:
    """Fewer bytes than announced are a fault of the network, not of the authority."""
    headers = {**REPLY, "Content-Length": "1000", "Connection": "close"}
    with serving(lambda _: (200, headers, b"half")) as url:
        assert refusal(url, timeout=2).parameters["reason"] in {"IncompleteRead", "TimeoutError"}


def test_a_reset_and_then_an_answer_is_an_answer(openssl_tsa: OpensslTsa) -> None:
    """503, then a real reply: the second attempt counts."""
    asked: list[bytes] = []

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        asked.append(query)
        return (503, {}, b"") if len(asked) == 1 else (200, REPLY, openssl_tsa.answer(query))

    with serving(answer) as url:
        HttpTimestamper(url, patience=hasty(2)).timestamp(DIGEST, "sha256")
    assert len(asked) == 2
