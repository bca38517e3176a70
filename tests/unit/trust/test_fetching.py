"""What is fetched from where: limits of size, schemes, redirects and places."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

import pytest
from cryptography import x509

from preserve.errors import VerificationIndeterminate
from preserve.trust.fetching import Fetcher, Places, _web_addresses, read_places
from preserve.trust.http_exchange import (
    Limits,
    Refusal,
    RefusalKind,
    Request,
    TransientFailure,
    _is_public,
    exchange,
)
from tests.certomancer import Certomancer
from tests.unit.trust.servers import drip, hasty, raw_server, serving

LIMITS = Limits(timeout=5, largest=100)


def refused(url: str, limits: Limits = LIMITS) -> RefusalKind:
    """Return why a request is refused."""
    with pytest.raises(Refusal) as caught:
        exchange(Request(url, "*/*"), limits)
    return caught.value.kind


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "ldap://x/", "data:,x", ""])
def test_other_schemes_are_never_asked(url: str) -> None:
    """Neither directly nor after a redirect."""
    assert refused(url) is RefusalKind.SCHEME
    with serving(lambda _: (302, {"Location": url or "gopher://x/"}, b"")) as server:
        assert refused(server, Limits(5, 100, other_hosts=True)) is RefusalKind.REDIRECT


def test_redirects_are_few_and_stay_where_they_are_told() -> None:
    """Three at most; to another host only where that is allowed."""

    def answer(asked: bytes) -> tuple[int, dict[str, str], bytes]:
        left = int(asked.rsplit(b"/", 1)[-1] or b"0")
        if left:
            return 302, {"Location": f"/{left - 1}"}, b"x" * 5000
        return 200, {}, b"arrived"

    with serving(answer) as server, serving(lambda _: (302, {"Location": server}, b"")) as away:
        base = server.rsplit("/", 1)[0]
        assert exchange(Request(f"{base}/3", "*/*"), LIMITS).content == b"arrived"
        assert refused(f"{base}/4") is RefusalKind.REDIRECT
        assert refused(away) is RefusalKind.REDIRECT


def test_too_much_and_too_slow_are_refused() -> None:
    """A byte more than allowed, and a server that never ends."""
    with serving(lambda _: (200, {}, b"x" * 101)) as server:
        assert refused(server) is RefusalKind.TOO_LONG
    with raw_server(drip) as server, pytest.raises(TransientFailure, match="TimeoutError"):
        exchange(Request(server, "*/*"), Limits(0.5, 100))


def test_a_strangers_address_does_not_open_doors_inside() -> None:
    """This machine and its network are not asked unless the operator says so; nothing is sent."""
    asked: list[bytes] = []

    def answer(path: bytes) -> tuple[int, dict[str, str], bytes]:
        asked.append(path)
        return 200, {}, b"secret"

    with serving(answer) as server:
        port = urlsplit(server).port
        for host in ("127.0.0.1", "localhost"):
            url = f"http://{host}:{port}/"
            assert refused(url, Limits(5, 100, local=False)) is RefusalKind.ADDRESS
        assert asked == []
        with pytest.raises(VerificationIndeterminate, match="TRUST-FETCH-LOCAL"):
            Fetcher(patience=hasty()).fetch_list(server)
        assert Fetcher(local=True, patience=hasty()).fetch_list(server) == b"secret"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  (an address that is refused)
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False),
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
    ],
)
def test_public_addresses_are_told_from_others(address: str, public: bool) -> None:  # noqa: FBT001  (a case)
    """Loopback, private, link-local, shared, mapped and multicast ones are not public."""
    assert _is_public(address) is public


def test_a_server_that_stays_away_is_asked_once_a_run() -> None:
    """Sixty teachers' certificates name the same responder."""
    asked: list[bytes] = []

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        asked.append(query)
        return 503, {}, b""

    with serving(answer) as server:
        fetcher = Fetcher(local=True, patience=hasty(2))
        for path in ("/a", "/b", "/c"):
            with pytest.raises(VerificationIndeterminate, match="HTTP 503"):
                fetcher.fetch_list(server + path)
    assert len(asked) == 2


def test_a_list_is_fetched_once_and_may_be_pem() -> None:
    """Two certificates of one issuer cost one request; PEM under the name of DER is read."""
    asked: list[bytes] = []
    text = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(b"abc") + b"-----END X509 CRL-----\n"

    def answer(path: bytes) -> tuple[int, dict[str, str], bytes]:
        asked.append(path)
        return 200, {"Content-Type": "text/plain"}, text

    with serving(answer) as server:
        fetcher = Fetcher(local=True, patience=hasty())
        assert [fetcher.fetch_list(server) for _ in range(2)] == [b"abc", b"abc"]
    assert len(asked) == 1


def test_only_web_addresses_of_a_certificate_count() -> None:
    """LDAP, files and broken addresses are left out, doubles too."""
    urls = ["ldap://x/", "http://a/1", "file:///x", "http://[", "https://b/2", "http://a/1"]
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(url) for url in urls]
    names.append(x509.DNSName("a.example.vn"))
    assert _web_addresses(names) == ("http://a/1", "https://b/2")


@pytest.mark.judge("certomancer")
def test_a_real_certificate_names_its_places(infrastructure: Certomancer) -> None:
    """The teacher's names both, the root's none."""
    places = read_places(infrastructure.certificate("teacher"))
    assert places.responders == (infrastructure.responder("good"),)
    assert places.lists == (f"{infrastructure.prefix}/vn/crls/issuing/latest.crl",)
    assert read_places(infrastructure.certificate("root")) == Places((), ())
