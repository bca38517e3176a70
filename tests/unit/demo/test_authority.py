"""The demonstration authority: its files, certificates, lists and time-stamps."""

from __future__ import annotations

import hashlib
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from preserve.demo.authority import (
    SEAL_CODE,
    DemoAuthority,
    DemoPerson,
    create_authority,
    open_authority,
    serve_timestamps,
)
from preserve.demo.authority_crls import latest
from preserve.errors import InputError, PreserveError
from preserve.sign.keys import open_key
from preserve.trust.store import fingerprint, load_trust
from preserve.trust.timestamping import open_timestamper
from preserve.trust.tokens import TimeStampReply, make_request

NOW = datetime(2026, 5, 31, 7, 0, tzinfo=UTC)
PEOPLE = [DemoPerson("GV01", "Đỗ Thị Thử", "Giáo viên"), DemoPerson("GV02", "Lê Văn Mẫu", "")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """An authority of two people."""
    folder = tmp_path_factory.mktemp("demo") / "authority"
    return create_authority(folder, PEOPLE, "Trường Thử", "0100000000", NOW)


def _certificate(made: DemoAuthority, code: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(made.certificate(code))


def test_every_subject_says_demo(made: DemoAuthority) -> None:
    """Nobody can take such a certificate for a real one."""
    for path in (made.folder / "certificates").iterdir():
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        assert "DEMO" in certificate.subject.rfc4514_string()


def test_private_files_are_for_their_owner_only(made: DemoAuthority) -> None:
    """Mode 0600 for keys and passphrases, 0700 for their folder."""
    keys = made.folder / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()}
    assert modes == {0o600}
    assert len(list(keys.iterdir())) == 2 * (len(PEOPLE) + 5)


def test_certificates_hold_from_a_year_before_to_five_years_after(made: DemoAuthority) -> None:
    """So the documents of the past year can be signed and read for a while."""
    certificate = _certificate(made, "GV01")
    assert certificate.not_valid_before_utc == NOW - timedelta(days=365)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=1825)


def test_persons_carry_name_title_and_organisation(made: DemoAuthority) -> None:
    """With Vietnamese letters, as CER-02 asks."""
    subject = _certificate(made, "GV01").subject
    values = {attribute.oid: attribute.value for attribute in subject}
    assert values[NameOID.COMMON_NAME] == "Đỗ Thị Thử (DEMO)"
    assert values[NameOID.TITLE] == "Giáo viên"
    assert values[NameOID.ORGANIZATION_NAME] == "Trường Thử (DEMO)"
    assert isinstance(_certificate(made, "GV01").public_key(), ec.EllipticCurvePublicKey)


def test_the_seal_carries_the_tax_code(made: DemoAuthority) -> None:
    """As practice has it, in the user id; the key is RSA-2048 like a token's."""
    certificate = _certificate(made, SEAL_CODE)
    (user_id,) = certificate.subject.get_attributes_for_oid(NameOID.USER_ID)
    assert user_id.value == "MST:0100000000"
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 2048


def test_an_opened_authority_is_the_one_that_was_made(made: DemoAuthority) -> None:
    """Everything is in the folder."""
    again = open_authority(made.folder)
    key = open_key(again.key_uri("GV02"), lambda _: again.passphrase("GV02"))
    assert key.certificate == made.certificate("GV02")
    assert made.certificate_fingerprint("GV02") == fingerprint(key.certificate)
    assert len(key.chain) == 2


@pytest.mark.parametrize("code", ["../x", "SEAL", "demo-root", "", "a b", "GV1"])
def test_codes_that_cannot_name_files_are_refused(tmp_path: Path, code: str) -> None:
    """Nothing is written outside of the folder, and nothing twice."""
    people = [DemoPerson("GV1", "Thử"), DemoPerson(code, "Thử")]
    with pytest.raises(InputError, match="DEMO-CODE"):
        create_authority(tmp_path / "a", people, "Trường", "1", NOW)
    assert list(tmp_path.iterdir()) == []


def test_an_authority_is_not_overwritten(made: DemoAuthority) -> None:
    """A second one in the same folder is refused before a key is made."""
    with pytest.raises(InputError, match="DEMO-EXISTS"):
        create_authority(made.folder, [], "Trường", "1", NOW)


def test_missing_things_are_input_errors(made: DemoAuthority, tmp_path: Path) -> None:
    """No authority, no such key, no such certificate."""
    with pytest.raises(InputError, match="DEMO-NO-AUTHORITY"):
        open_authority(tmp_path)
    for ask in (made.open_demo_key, made.certificate, made.passphrase):
        with pytest.raises(InputError, match="DEMO-KEY-MISSING"):
            ask("GV99")


def test_a_revocation_shows_in_the_next_list(tmp_path: Path) -> None:
    """The list before it stays, and does not name the certificate; a second one is refused."""
    made = create_authority(tmp_path / "a", PEOPLE, "Trường Thử", "1", NOW)
    at = NOW + timedelta(days=1)
    made.revoke("GV01", at, x509.ReasonFlags.cessation_of_operation)
    made.publish_crls(NOW + timedelta(hours=1))
    early = latest(made.folder / "crls", "demo-issuing")
    made.publish_crls(NOW + timedelta(days=2))
    late = latest(made.folder / "crls", "demo-issuing")
    assert early is not None
    assert late is not None
    lists = [x509.load_der_x509_crl(path.read_bytes()) for path in (early, late)]
    assert [len(crl) for crl in lists] == [0, 1]
    assert lists[1][0].revocation_date_utc == at
    assert lists[1].last_update_utc == NOW + timedelta(days=2)
    assert lists[1].next_update_utc == NOW + timedelta(days=92)
    with pytest.raises(PreserveError):
        made.revoke("GV01", at)


def test_a_damaged_revocation_is_told(tmp_path: Path) -> None:
    """No list is published that would silently leave it out."""
    made = create_authority(tmp_path / "a", [], "Trường Thử", "1", NOW)
    (made.folder / "revocations").mkdir()
    (made.folder / "revocations" / "ff.toml").write_text("serial = 1")
    with pytest.raises(InputError, match="DEMO-REVOCATION"):
        made.publish_crls(NOW)


def test_the_trust_folder_is_read_by_the_verifier(tmp_path: Path) -> None:
    """Two anchors, one seal, two helpers, three lists; written again, newer lists are added."""
    made = create_authority(tmp_path / "a", PEOPLE, "Trường Thử", "1", NOW)
    made.write_trust(tmp_path / "trust")
    trust = load_trust(tmp_path / "trust")
    assert set(trust.anchors) == {made.certificate("demo-root"), made.certificate("demo-tsa-root")}
    assert trust.seals == (made.certificate(SEAL_CODE),)
    assert len(trust.certificates) == 2
    assert len(trust.crls) == 3
    made.write_trust(tmp_path / "trust")
    made.publish_crls(NOW + timedelta(days=1))
    made.write_trust(tmp_path / "trust")
    assert len(load_trust(tmp_path / "trust").crls) == 6


@pytest.mark.judge("openssl")
@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_openssl_verifies_the_tokens(made: DemoAuthority, tmp_path: Path, algorithm: str) -> None:
    """``openssl ts -verify`` accepts a token for its data and refuses it for other data."""
    data = tmp_path / "data"
    data.write_bytes(b"x")
    digest = hashlib.new(algorithm, b"x").digest()
    (tmp_path / "reply").write_bytes(
        made.timestamper(NOW).answer(make_request(digest, algorithm)[1].dump())
    )
    made.write_trust(tmp_path / "trust")

    def verified() -> bool:
        judged = subprocess.run(
            [
                *("openssl", "ts", "-verify", "-data", str(data)),
                *("-in", str(tmp_path / "reply")),
                *("-CAfile", str(tmp_path / "trust/anchors/demo-tsa-root.pem")),
                *("-attime", str(int(NOW.timestamp()))),
            ],
            capture_output=True,
            check=False,
        )
        return judged.returncode == 0

    assert verified()
    data.write_bytes(b"y")
    assert not verified()


@pytest.mark.judge("openssl")
def test_openssls_own_query_is_answered(made: DemoAuthority, tmp_path: Path) -> None:
    """A query made by OpenSSL, without certificates in the answer, verifies with its nonce."""
    query, reply, trust = (tmp_path / name for name in ("query", "reply", "trust"))
    (tmp_path / "data").write_bytes(b"x")
    subprocess.run(
        [
            *("openssl", "ts", "-query", "-data", str(tmp_path / "data"), "-sha512"),
            *("-tspolicy", "1.3.6.1.4.1.32473.3161.1", "-out", str(query)),
        ],
        capture_output=True,
        check=True,
    )
    reply.write_bytes(made.timestamper(NOW).answer(query.read_bytes()))
    made.write_trust(trust)
    judged = subprocess.run(
        [
            *("openssl", "ts", "-verify", "-queryfile", str(query), "-in", str(reply)),
            *("-CAfile", str(trust / "anchors/demo-tsa-root.pem")),
            *("-untrusted", str(trust / "certificates/demo-tsa.pem")),
            *("-attime", str(int(NOW.timestamp()))),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (b"garbage", "bad_data_format"),
        (b"", "bad_data_format"),
        (make_request(b"\0" * 20, "sha1")[1].dump(), "bad_alg"),
        (make_request(b"\0" * 20, "sha256")[1].dump(), "bad_data_format"),
    ],
)
def test_bad_queries_are_rejected(made: DemoAuthority, query: bytes, reason: str) -> None:
    """With a PKIStatus, never with an exception."""
    reply = TimeStampReply.load(made.timestamper(NOW).answer(query))
    assert reply["status"]["status"].native == "rejection"
    assert reply["status"]["fail_info"].native == {reason}


def test_the_service_follows_a_clock(made: DemoAuthority) -> None:
    """A clock given as a function is asked for every token."""
    times = iter([NOW, NOW + timedelta(minutes=5)])
    with serve_timestamps(made, lambda: next(times)) as url:
        client = open_timestamper(url)
        tokens = [client.timestamp(b"\1" * 32, "sha256") for _ in range(2)]
    infos = [token["content"]["encap_content_info"]["content"].parsed for token in tokens]
    assert infos[1]["gen_time"].native - infos[0]["gen_time"].native == timedelta(minutes=5)
    assert infos[0]["serial_number"].native != infos[1]["serial_number"].native
