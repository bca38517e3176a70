"""The tokens that the PKCS #11 tests ask: made once, with keys and certificates on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from preserve.demo.authority import DemoAuthority
from preserve.demo.authority_files import read_key
from tests.softhsm import SoftToken, issue, sign_with_sha1, soft_hsm
from tests.unit.sign.conftest import NOW

KINDS = ("RSA-2048", "RSA-3072", "P-256", "P-384")
LABELS = ("TRẦN NGỌC TÚ's khóa", "", "trùng nhãn", "trùng nhãn")
"""Labels of the keys, in the order of their kinds."""

_YEAR = timedelta(days=365)


def identifier(kind: str) -> str:
    """Return the CKA_ID of the key of a kind, as a URI writes it."""
    return f"%0{KINDS.index(kind) + 1}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """SoftHSM's tokens and the certificates on them."""

    school: SoftToken
    """One key of each kind, with the authorities' certificates beside them."""
    certificates: dict[str, bytes]
    """DER of the certificates on that token, by kind of key."""
    single: SoftToken
    """One key without id and label."""
    renewed: SoftToken
    """One key with two certificates: the expired one and the one that renewed it."""
    renewals: tuple[bytes, bytes]
    swapped: SoftToken
    """A key under the id of another key's certificate."""
    weak: SoftToken
    """RSA-1024 (id 01), a curve that nobody asks for (02), a certificate over SHA-1 (03)."""
    guarded: SoftToken
    """One key that wants the PIN before every signature."""
    bare: SoftToken
    """Nothing at all."""
    tried: SoftToken
    """A token to enter wrong PINs into."""


@contextmanager
def make_tokens(folder: Path, authority: DemoAuthority) -> Iterator[Tokens]:
    """Set the tokens up in an empty folder."""
    with soft_hsm(folder) as hsm:
        names = ("Thử Nghiệm THCS", "Một khóa", "Gia hạn", "Lệch", "Yếu", "Hỏi mãi", "Trống", "PIN")
        school, single, renewed, swapped, weak, guarded, bare, tried = map(hsm.token, names)
        _make_single(single, authority, guarded=False)
        _make_single(guarded, authority, guarded=True)
        _make_swapped(swapped, authority)
        _make_weak(weak, authority)
        yield Tokens(
            school=school,
            certificates=_make_school(school, authority),
            single=single,
            renewed=renewed,
            renewals=_make_renewed(renewed, authority),
            swapped=swapped,
            weak=weak,
            guarded=guarded,
            bare=bare,
            tried=tried,
        )


def _make_school(token: SoftToken, authority: DemoAuthority) -> dict[str, bytes]:
    made = {}
    for number, (kind, label) in enumerate(zip(KINDS, LABELS, strict=True), start=1):
        public = token.make_key(kind, identifier=bytes([number]), label=label)
        made[kind] = issue(authority, public, "Trần Ngọc Tú", begin=NOW - _YEAR, end=NOW + _YEAR)
        token.write_certificate(made[kind], identifier=bytes([number]), label=label)
    for number, code in enumerate(("demo-root", "demo-issuing"), start=0xA0):
        above = read_key(authority.folder / "keys", code).certificate
        token.write_certificate(above.public_bytes(Encoding.DER), identifier=bytes([number]))
    return made


def _make_single(token: SoftToken, authority: DemoAuthority, *, guarded: bool) -> None:
    public = token.make_key("P-256", identifier=b"", guarded=guarded)
    made = issue(authority, public, "Lê Thị Một", begin=NOW - _YEAR, end=NOW + _YEAR)
    token.write_certificate(made, identifier=b"")


def _make_renewed(token: SoftToken, authority: DemoAuthority) -> tuple[bytes, bytes]:
    public = token.make_key("P-256", identifier=b"\x01")
    spans = ((NOW - 2 * _YEAR, NOW - timedelta(days=1)), (NOW - _YEAR, NOW + _YEAR))
    old, new = (
        issue(authority, public, "Phạm Văn Hạn", begin=begin, end=end) for begin, end in spans
    )
    for der in (old, new):
        token.write_certificate(der, identifier=b"\x01", label="Phạm Văn Hạn's CA")
    return old, new


def _make_swapped(token: SoftToken, authority: DemoAuthority) -> None:
    """Give two keys of a kind each other's certificates."""
    publics = [token.make_key("P-256", identifier=bytes([number])) for number in (1, 2)]
    for number, public in zip((2, 1), publics, strict=True):
        made = issue(authority, public, "Đỗ Văn Lệch", begin=NOW - _YEAR, end=NOW + _YEAR)
        token.write_certificate(made, identifier=bytes([number]))


def _make_weak(token: SoftToken, authority: DemoAuthority) -> None:
    for number, kind in enumerate(("RSA-1024", "secp256k1", "P-256"), start=1):
        public = token.make_key(kind, identifier=bytes([number]))
        made = issue(authority, public, "Vũ Thị Yếu", begin=NOW - _YEAR, end=NOW + _YEAR)
        if kind == "P-256":
            made = sign_with_sha1(authority, made)
        token.write_certificate(made, identifier=bytes([number]))
