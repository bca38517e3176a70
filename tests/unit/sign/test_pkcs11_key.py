"""Keys on real SoftHSM tokens: which one is opened, how it signs, and what is refused."""

from __future__ import annotations

import gc
import pickle
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag
from pkcs11.attributes import AttributeMapper

from preserve.demo.authority import DemoAuthority
from preserve.demo.authority_files import read_key
from preserve.errors import SigningError
from preserve.sign.external_signature import accepted, public_key
from preserve.sign.keys import SigningKey, open_key
from preserve.sign.pkcs11_key import Pkcs11Key, open_pkcs11
from preserve.sign.pkcs11_mechanisms import operation_for
from preserve.sign.wanted_key import WantedKey
from preserve.trust.store import fingerprint
from tests.softhsm import MODULE, PIN, SoftToken
from tests.unit.sign.conftest import NOW
from tests.unit.sign.pkcs11_tokens import KINDS, LABELS, Tokens, identifier

pytestmark = pytest.mark.judge("softhsm")
DATA = "Học bạ thử nghiệm".encode()


def _open(uri: str, wanted: WantedKey | None = None, pin: str = PIN) -> Pkcs11Key:
    return open_pkcs11(uri, lambda _: pin, wanted or WantedKey())


def _refused(uri: str, pin: str = PIN) -> SigningError:
    with pytest.raises(SigningError) as caught:
        _open(uri, pin=pin)
    assert caught.value.exit_code == 3
    assert pin not in f"{caught.value!r}{caught.value.parameters}"
    return caught.value


def _holds(key: SigningKey, signature: bytes, digest: str = "sha256") -> bool:
    public = public_key(key.certificate, name="x")
    return accepted(signature, DATA, public, key.mechanism, digest) == signature


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_signs(soft_tokens: Tokens, kind: str, digest: str) -> None:
    """RSA signs with RSASSA-PSS, curves with ECDSA; the certificate's public key agrees."""
    key = _open(soft_tokens.school.uri(id=identifier(kind)))
    signature = key.sign(DATA, digest)
    assert key.mechanism == ("rsassa_pss" if kind.startswith("RSA") else "ecdsa")
    assert key.certificate == soft_tokens.certificates[kind]
    assert _holds(key, signature, digest)
    assert len(signature) <= key.signature_size


@pytest.mark.parametrize("kind", ["RSA-2048", "RSA-3072"])
def test_pkcs1_padding_on_demand(soft_tokens: Tokens, kind: str) -> None:
    """For a token that promises RSASSA-PSS in vain, the URI asks for PKCS#1 v1.5."""
    uri = soft_tokens.school.uri(id=identifier(kind), query="&preserve-padding=pkcs1")
    key = _open(uri)
    assert key.mechanism == "rsassa_pkcs1v15"
    assert _holds(key, key.sign(DATA, "sha256"))


@pytest.mark.parametrize(
    ("mechanism", "offered"),
    [
        ("rsassa_pss", Mechanism.RSA_PKCS_PSS),
        ("rsassa_pss", Mechanism.SHA256_RSA_PKCS_PSS),
        ("rsassa_pkcs1v15", Mechanism.SHA256_RSA_PKCS),
        ("rsassa_pkcs1v15", Mechanism.RSA_PKCS),
    ],
)
def test_a_token_is_asked_in_the_way_it_knows(
    soft_tokens: Tokens, mechanism: str, offered: Mechanism
) -> None:
    """With the digest made here or on the token, the signature is the same kind."""
    key = _open(soft_tokens.school.uri(id=identifier("RSA-2048")))
    operation = operation_for(mechanism, "sha256", frozenset({offered}), "x")
    made = key._ask(operation, DATA)
    assert accepted(made, DATA, key.public, mechanism, "sha256") == made


def test_a_mechanism_that_nobody_offers_is_refused() -> None:
    """No other mechanism is taken in its place."""
    with pytest.raises(SigningError, match="SIGN-TOKEN-MECHANISM"):
        operation_for("ecdsa", "sha256", frozenset({Mechanism.RSA_PKCS}), "x")


@pytest.mark.parametrize("digest", ["sha1", "md5", "sha224"])
def test_a_weak_digest_never_reaches_the_token(soft_tokens: Tokens, digest: str) -> None:
    """SHA-1 and shorter digests are refused (TT 15/2025/TT-BKHCN Annex I 1.3)."""
    key = _open(soft_tokens.school.uri(id=identifier("P-256")))
    with pytest.raises(SigningError, match="SIGN-DIGEST"):
        key.sign(DATA, digest)


def test_issuing_certificates_come_from_the_token(
    soft_tokens: Tokens, authority: DemoAuthority
) -> None:
    """The issuing authority is the chain; the root is left to those who trust it."""
    key = _open(soft_tokens.school.uri(id=identifier("P-256")))
    issuing = read_key(authority.folder / "keys", "demo-issuing").certificate
    assert key.chain == (issuing.public_bytes(Encoding.DER),)


@pytest.mark.parametrize("number", [0, 1])
def test_a_label_with_diacritics_or_without_letters_chooses(
    soft_tokens: Tokens, number: int
) -> None:
    """Apostrophe, Vietnamese letters and the empty label are labels like any other."""
    key = _open(soft_tokens.school.uri(object=LABELS[number]))
    assert key.certificate == soft_tokens.certificates[KINDS[number]]


def test_two_keys_of_one_label_are_not_guessed(soft_tokens: Tokens) -> None:
    """The error names both certificates; id or certificate then decide."""
    error = _refused(soft_tokens.school.uri(object="trùng nhãn"))
    assert error.code == "SIGN-KEY-AMBIGUOUS"
    for kind in ("P-256", "P-384"):
        assert fingerprint(soft_tokens.certificates[kind]) in error.parameters["found"]
        one = _open(soft_tokens.school.uri(object="trùng nhãn", id=identifier(kind)))
        assert one.certificate == soft_tokens.certificates[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_appointment_chooses_by_certificate(soft_tokens: Tokens, kind: str) -> None:
    """A token with four keys needs no id where the appointment names the certificate."""
    der = soft_tokens.certificates[kind]
    named = WantedKey(frozenset({fingerprint(der)}), NOW)
    assert _open(soft_tokens.school.uri(), named).certificate == der
    by_uri = f"&preserve-certificate={fingerprint(der)}"
    assert _open(soft_tokens.school.uri(query=by_uri)).certificate == der


def test_of_two_certificates_the_one_in_force_is_taken(soft_tokens: Tokens) -> None:
    """A renewed certificate for the same key lies beside the expired one."""
    old, new = soft_tokens.renewals
    assert _open(soft_tokens.renewed.uri(), WantedKey(at=NOW)).certificate == new
    assert _refused(soft_tokens.renewed.uri()).code == "SIGN-KEY-AMBIGUOUS"
    both = WantedKey(frozenset({fingerprint(old), fingerprint(new)}), NOW)
    assert _open(soft_tokens.renewed.uri(), both).certificate == new


def test_a_single_key_without_id_and_label_opens(soft_tokens: Tokens) -> None:
    """Where nothing has a name, the only key of that kind belongs to the certificate."""
    key = _open(soft_tokens.single.uri())
    assert _holds(key, key.sign(DATA, "sha256"))


def test_a_key_that_wants_the_pin_each_time_gets_it(soft_tokens: Tokens) -> None:
    """One question serves the batch; the token refuses such a key without a fresh PIN."""
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return PIN

    key = open_pkcs11(soft_tokens.guarded.uri(), secret)
    assert key.asks_every_time
    for _ in range(3):
        assert _holds(key, key.sign(DATA, "sha256"))
    assert len(asked) == 1
    with pytest.raises(pkcs11.UserNotLoggedIn):
        key.key.sign(b"x" * 32, mechanism=Mechanism.ECDSA)


def test_a_pin_that_is_refused_between_signatures_stops(soft_tokens: Tokens) -> None:
    """The token answers to the second PIN as to the first: with an error of its own."""
    key = open_pkcs11(soft_tokens.guarded.uri(), lambda _: PIN)
    other = replace(key, login=replace(key.login, pin="24681012"))
    with pytest.raises(SigningError, match="SIGN-PIN-WRONG") as caught:
        other.sign(DATA, "sha256")
    assert "24681012" not in f"{caught.value!r} {caught.value.__context__!r}"


def test_a_key_under_a_foreign_id_signs_nothing(soft_tokens: Tokens) -> None:
    """The token's signature does not fit the certificate, and is thrown away."""
    key = _open(soft_tokens.swapped.uri(id="%01"))
    with pytest.raises(SigningError, match="SIGN-TOKEN-SIGNATURE-WRONG"):
        key.sign(DATA, "sha256")


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("%01", "SIGN-CERTIFICATE-WEAK"),
        ("%02", "SIGN-TOKEN-KEY-TYPE"),
        ("%03", "SIGN-CERTIFICATE-WEAK"),
    ],
)
def test_weak_keys_are_refused(soft_tokens: Tokens, identifier: str, code: str) -> None:
    """RSA-1024, another curve, and a certificate over SHA-1."""
    assert _refused(soft_tokens.weak.uri(id=identifier)).code == code


def test_the_private_key_stays_on_the_token(soft_tokens: Tokens) -> None:
    """Neither the token nor the key object gives it away, and no process can be sent the key."""
    key = _open(soft_tokens.school.uri(id=identifier("RSA-2048")))
    with pytest.raises(pkcs11.AttributeSensitive):
        _ = key.key[Attribute.PRIVATE_EXPONENT]
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_the_pin_shows_nowhere(soft_tokens: Tokens) -> None:
    """Not in the repr of the key, of its login or of the error about another PIN."""
    key = _open(soft_tokens.school.uri(id=identifier("P-256")))
    assert PIN not in f"{key!r} {key.login!r}"
    assert not key.asks_every_time


def test_a_wrong_pin_is_one_attempt(soft_tokens: Tokens) -> None:
    """The token itself tells that a wrong PIN was entered; the right one then still works."""
    low = TokenFlag.USER_PIN_COUNT_LOW
    assert not soft_tokens.tried.found().flags & low
    error = _refused(soft_tokens.tried.uri(), pin="24681012")
    assert error.code == "SIGN-PIN-WRONG"
    assert error.parameters["token"].startswith("“PIN” (serial=")
    assert soft_tokens.tried.found().flags & low
    assert _refused(soft_tokens.tried.uri()).code == "SIGN-TOKEN-NO-KEY"
    assert not soft_tokens.tried.found().flags & low


def test_an_empty_token_says_what_it_holds(soft_tokens: Tokens) -> None:
    """The error lists nothing, and of a full token all certificates and keys."""
    assert _refused(soft_tokens.bare.uri()).parameters["found"] == "-"
    held = _refused(soft_tokens.school.uri(id="%77")).parameters["found"]
    for der in soft_tokens.certificates.values():
        assert fingerprint(der) in held
    assert "key RSA id=01" in held


def test_the_tokens_that_are_plugged_in_are_listed(soft_tokens: Tokens) -> None:
    """Label and serial of each, so that the URI can be put right; and no PIN is asked for."""
    with pytest.raises(SigningError, match="SIGN-TOKEN-MISSING") as caught:
        open_pkcs11(SoftToken("không có").uri(), lambda _: pytest.fail("asked for a PIN"))
    found = soft_tokens.school.found()
    assert found.label in caught.value.parameters["found"]
    assert found.serial.decode() in caught.value.parameters["found"]
    several = _refused(f"pkcs11:manufacturer=SoftHSM%20project?module-path={MODULE}")
    assert several.code == "SIGN-TOKEN-AMBIGUOUS"


def test_a_token_is_found_by_its_serial_number(soft_tokens: Tokens) -> None:
    """All attributes of the path must fit, those of the library too."""
    found = soft_tokens.school.found()
    uri = (
        f"pkcs11:serial={found.serial.decode()};slot-id={found.slot.slot_id};"
        f"library-manufacturer=SoftHSM;id={identifier('P-256')}?module-path={MODULE}"
    )
    assert _open(uri).certificate == soft_tokens.certificates["P-256"]
    assert _refused(uri.replace("=SoftHSM;", "=OpenSC;")).code == "SIGN-TOKEN-MISSING"


def test_a_missing_or_foreign_library_is_named(soft_tokens: Tokens, tmp_path: Path) -> None:
    """A path with nothing, and a file that is no library."""
    absent = soft_tokens.school.uri(module=tmp_path / "absent.so")
    assert _refused(absent).code == "SIGN-MODULE-MISSING"
    (tmp_path / "text.so").write_text("not a library", encoding="utf-8")
    error = _refused(soft_tokens.school.uri(module=tmp_path / "text.so"))
    assert error.code == "SIGN-MODULE-UNUSABLE"


def test_the_pin_may_come_from_a_file(soft_tokens: Tokens, tmp_path: Path) -> None:
    """With ``pin-source`` nobody is asked; a file that cannot be read is an error."""
    (tmp_path / "pin").write_text(f"{PIN}\r\n", encoding="utf-8")
    uri = soft_tokens.school.uri(id=identifier("P-256"), query=f"&pin-source=file:{tmp_path}/pin")
    assert open_pkcs11(uri, lambda _: pytest.fail("asked for a PIN")).mechanism == "ecdsa"
    gc.collect()
    (tmp_path / "pin").write_bytes(b"\xff\xfe135791")
    error = _refused(uri, pin="unused")
    assert error.code == "SIGN-PIN-FILE"
    assert error.__cause__ is None


def test_a_key_opens_by_its_uri_and_the_token_is_named(soft_tokens: Tokens) -> None:
    """``open_key`` knows the scheme; the callback learns which token asks, once."""
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return PIN

    key = open_key(soft_tokens.school.uri(id=identifier("P-384")), secret)
    assert isinstance(key, Pkcs11Key)
    assert asked == [key.token]
    assert x509.Certificate.load(key.certificate).public_key.bit_size == 384


def test_two_keys_of_a_token_share_its_login(soft_tokens: Tokens) -> None:
    """One login serves both; a wrong PIN for the second is refused without being tried."""
    one = _open(soft_tokens.school.uri(id=identifier("P-256")))
    other = _open(soft_tokens.school.uri(id=identifier("P-384")))
    assert one.login is other.login
    wrong = _refused(soft_tokens.school.uri(id=identifier("P-256")), pin="24681012")
    assert wrong.code == "SIGN-TOKEN-BUSY"
    assert not soft_tokens.school.found().flags & TokenFlag.USER_PIN_COUNT_LOW
    for key in (one, other):
        assert _holds(key, key.sign(DATA, "sha256"))


def test_the_token_is_logged_out_when_the_last_key_goes(soft_tokens: Tokens) -> None:
    """Without a key the process is logged in no more: private keys are out of sight again."""
    private = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
    key = _open(soft_tokens.single.uri())
    with soft_tokens.single.found().open() as session:
        assert len(list(session.get_objects(private))) == 1
        del key
        gc.collect()
        assert list(session.get_objects(private)) == []


def test_a_token_that_is_gone_says_so(soft_tokens: Tokens) -> None:
    """A session that the library has closed is reported as a token that was pulled out."""
    key = _open(soft_tokens.single.uri())
    pkcs11.lib(str(MODULE.resolve())).reinitialize()
    with pytest.raises(SigningError, match=r"SIGN-TOKEN-(REMOVED|FAILED)"):
        key.sign(DATA, "sha256")
    again = _open(soft_tokens.single.uri())
    assert _holds(again, again.sign(DATA, "sha256"))


def test_leftovers_and_labels_in_an_old_encoding_are_no_obstacle(soft_tokens: Tokens) -> None:
    """Bytes that are no certificate and a label that is no UTF-8 hide nothing and stop nothing."""
    raw = AttributeMapper()
    raw.register_handler(Attribute.LABEL, bytes, bytes)
    template = {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
        Attribute.TOKEN: True,
        Attribute.PRIVATE: False,
        Attribute.SUBJECT: b"",
        Attribute.LABEL: b"TR\xc7N",
    }
    der = soft_tokens.certificates["P-256"]
    token = soft_tokens.bare.found()
    with token.open(rw=True, user_pin=PIN, attribute_mapper=raw) as session:
        made = [
            session.create_object({**template, Attribute.VALUE: value})
            for value in (der, der, b"leftover")
        ]
    error = _refused(soft_tokens.bare.uri())
    assert error.code == "SIGN-TOKEN-NO-KEY"
    assert error.parameters["found"] == "; ".join([f"certificate {fingerprint(der)} id=-"] * 2)
    del error  # It holds the frames that hold the login.
    gc.collect()
    with soft_tokens.bare.opened() as session:
        for item in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            item.destroy()
    assert len(made) == 3


def test_a_certificate_that_lies_there_twice_is_one(soft_tokens: Tokens) -> None:
    """The same certificate under a second id is no second choice."""
    der = soft_tokens.certificates["RSA-2048"]
    soft_tokens.school.write_certificate(der, identifier=b"\x55", label=LABELS[0])
    key = _open(soft_tokens.school.uri(object=LABELS[0]))
    assert _holds(key, key.sign(DATA, "sha256"))
