"""CPU time of three B-LT signatures on a two-page document, beside pyHanko's stock calls.

Both sides use the same keys (PKCS#12, RSA-2048), the same revocation lists and the same authority
in this process, in turn, so that only the ratio counts. The stock way is that of pyHanko's manual:
for each signature the PKCS#12 file is opened and signer and validation context are made anew, and
the validation data is embedded. Ours signs three times and then adds the validation data once. The
authority is one object on both sides: opening its key is no work of a signer's.
"""

from __future__ import annotations

import asyncio
import io
import logging
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pikepdf
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator import ValidationContext

from preserve.demo.authority import SEAL_CODE, DemoAuthority, create_authority
from preserve.sign.appearance import Appearance
from preserve.sign.augment import timestamp_pdf
from preserve.sign.augment_evidence import gather_evidence
from preserve.sign.dss import augment_pdf
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.keys import SigningKey
from preserve.trust.store import TrustMaterial, load_trust

_ROUNDS = 15
_FIELDS = ("HOMEROOM_2025-2026", "PRINCIPAL_2025-2026", "SEAL_2025-2026")
_NOW = datetime(2026, 5, 31, 7, 5, 9, tzinfo=UTC)
_LATER = _NOW + timedelta(days=1)
_TEXT = "Ký bởi: Nguyễn Thị Thử"
_LETTERS = "".join(sorted(set(_TEXT)))


def main() -> None:
    """Measure and print one table."""
    # pyHanko warns for each signature that it may not fetch anything.
    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(Path(folder))
        print(f"{platform.machine()}, Python {platform.python_version()}, {_versions()}")
        print(f"{_ROUNDS} rounds; CPU milliseconds for one document with three signatures")
        print(f"document before signing: {len(bench.pdf)} bytes")
        stock = _measure("pyHanko, stock calls, B-LT", bench.sign_stock)
        ours = _measure("preserve, B-LT, key opened each time", bench.sign_opening)
        warm = _measure("preserve, B-LT, key open", bench.sign_open)
        _measure("preserve, B-T, key open", bench.sign_only)
        _measure("preserve, B-LTA, key open", bench.sign_stamped)
        print(f"stock / ours: {stock / ours:.1f} with opening the key, {stock / warm:.1f} without")


class _Bench:
    """An authority, its trust folder and a document with three empty fields."""

    def __init__(self, folder: Path) -> None:
        """Make everything up once."""
        self.authority: DemoAuthority = create_authority(
            folder / "authority", [], "Trường THCS Thử Nghiệm", "0100000000", _NOW
        )
        self.authority.publish_crls(_LATER)
        self.authority.write_trust(folder / "trust")
        self.trust: TrustMaterial = load_trust(folder / "trust")
        self.key: SigningKey = self.authority.open_demo_key(SEAL_CODE)
        self.timestamper = self.authority.timestamper(_NOW)
        self.container = (folder / "authority" / "keys" / f"{SEAL_CODE}.p12").read_bytes()
        self.passphrase = self.authority.passphrase(SEAL_CODE).encode()
        self.pdf = _make_pdf()

    def sign_stock(self) -> bytes:
        """Sign three times as the manual does."""
        content = self.pdf
        for field in _FIELDS:
            content = self._stock(content, field)
        return content

    def _stock(self, content: bytes, field: str) -> bytes:
        signer = SimpleSigner.load_pkcs12_data(self.container, (), self.passphrase)
        if signer is None:
            raise RuntimeError("the key does not open")
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in self.trust.anchors],
            other_certs=[x509.Certificate.load(der) for der in self.trust.certificates],
            crls=list(self.trust.crls),
            moment=_LATER,
            allow_fetching=False,
            revocation_mode="require",
        )
        meta = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=context,
        )
        output = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        signing = PdfSigner(meta, signer, timestamper=self.timestamper).async_sign_pdf(
            writer, existing_fields_only=True, output=output
        )
        asyncio.run(signing)
        return output.getvalue()

    def sign_only(self, key: SigningKey | None = None) -> bytes:
        """Sign three times at level B-T."""
        content = self.pdf
        for place, field in enumerate(_FIELDS):
            request = SignatureRequest(
                field_name=field,
                appearance=Appearance((_TEXT,), "person"),
                claimed_time=_NOW,
                digest_algorithm="sha256",
                locks=place == len(_FIELDS) - 1,
                certifies=place == 0,
            )
            content = sign_pdf(content, request, key or self.key, self.timestamper)
        return content

    def sign_open(self, key: SigningKey | None = None) -> bytes:
        """Sign three times and add the validation data."""
        signed = self.sign_only(key)
        gathered = gather_evidence(signed, self.trust, _LATER, largest_crl=65536)
        if gathered.missing:
            raise RuntimeError("evidence is missing")
        return augment_pdf(signed, gathered.evidence)

    def sign_opening(self) -> bytes:
        """Open the key, sign three times and add the validation data."""
        return self.sign_open(self.authority.open_demo_key(SEAL_CODE))

    def sign_stamped(self) -> bytes:
        """Sign, add the validation data and put a time-stamp over everything."""
        return timestamp_pdf(self.sign_open(), self.timestamper)


def _measure(name: str, act: Callable[[], bytes]) -> float:
    act()
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        result = act()
        times.append((time.process_time() - start) * 1000)
    median = statistics.median(times)
    size = len(result) / 1000
    print(f"{name:40s} {median:8.1f} ms  ({min(times):.1f} to {max(times):.1f}), {size:.0f} kB")
    return median


def _make_pdf() -> bytes:
    """Make two pages with three prepared fields and the font that signatures are drawn with."""
    pdf = pikepdf.new()
    for number in range(2):
        page = pdf.add_blank_page(page_size=(595, 842))
        drawn = b"".join(b"%d %d m 300 %d l S\n" % (n, n, number) for n in range(400))
        page.Contents = pdf.make_stream(drawn)
    page = pdf.pages[-1]
    widgets = [pdf.make_indirect(_widget(pdf, page, n, f)) for n, f in enumerate(_FIELDS)]
    page.Annots = pdf.make_indirect(pikepdf.Array(widgets))
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array(widgets),
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(PreserveStamp=_font(pdf))),
    )
    output = io.BytesIO()
    pdf.save(output, deterministic_id=True)
    return output.getvalue()


def _widget(pdf: pikepdf.Pdf, page: pikepdf.Page, place: int, name: str) -> pikepdf.Dictionary:
    empty = pikepdf.Stream(pdf, b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    empty.BBox = pikepdf.Array([0, 0, 170, 71])
    left = 20 + 180 * place
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Sig,
        T=pikepdf.String(name),
        F=4,
        P=page.obj,
        Rect=pikepdf.Array([left, 100, left + 170, 171]),
        AP=pikepdf.Dictionary(N=pdf.make_indirect(empty)),
    )


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return a font without a program: enough to lay text out with."""
    lines = "\n".join(f"<{g:04X}> <{ord(c):04X}>" for g, c in enumerate(_LETTERS, start=1))
    cmap = f"begincmap\n{len(_LETTERS)} beginbfchar\n{lines}\nendbfchar\nendcmap"
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=pikepdf.Name.BenchFont,
        CIDToGIDMap=pikepdf.Name.Identity,
        W=pikepdf.Array([1, len(_LETTERS), 500]),
    )
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name.BenchFont,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([pdf.make_indirect(descendant)]),
            ToUnicode=pikepdf.Stream(pdf, cmap.encode("ascii")),
        )
    )


def _versions() -> str:
    names = ("pyhanko", "cryptography", "asn1crypto", "pikepdf")
    return ", ".join(f"{name} {version(name)}" for name in names)


if __name__ == "__main__":
    main()
