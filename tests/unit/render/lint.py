"""Defects of a PDF that no validator sees, each as a sentence; no sentence means none was found."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

import pikepdf

ALLOWED_RELATIONSHIPS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}


def lint(data: bytes) -> list[str]:
    """Return what is wrong with a finished document."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            *_parent_tree(pdf),
            *_pages(pdf),
            *_metadata(pdf),
            *_attachments(pdf),
            *_colour(pdf),
            *_stream_ends(data),
            *_places(pdf),
        ]


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every structure element, parents first."""
    stack = [pdf.Root.StructTreeRoot.K]
    while stack:
        element = stack.pop()
        yield element
        stack.extend(reversed(element_kids(element)))


def kids(element: pikepdf.Object) -> list[object]:
    """Return the kids of an element as a list."""
    value = element.get("/K")
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def element_kids(element: pikepdf.Object) -> list[pikepdf.Object]:
    """Return the kids that are elements, without marked content and annotations."""
    return [kid for kid in kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def contents(page: pikepdf.Page) -> str:
    """Return the operators of a page."""
    return page.obj.Contents.read_bytes().decode("ascii")


def _owners(pdf: pikepdf.Pdf) -> dict[tuple[int, int], tuple[int, int]]:
    """Map (StructParents of the page, MCID) to the element whose kid it is."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for element in elements(pdf):
        for kid in kids(element):
            match kid:
                case int():
                    found[int(element.Pg.StructParents), kid] = element.objgen
                case pikepdf.Dictionary() if kid.get("/Type") == "/MCR":
                    found[int(kid.Pg.StructParents), int(kid.MCID)] = element.objgen
                case pikepdf.Dictionary() if kid.get("/Type") == "/OBJR":
                    found[int(kid.Obj.StructParent), -1] = element.objgen
                case _:
                    pass
    return found


def _parent_tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    tree = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    claimed: dict[tuple[int, int], tuple[int, int]] = {}
    for key, value in zip(tree[::2], tree[1::2], strict=True):
        if isinstance(value, pikepdf.Array):
            claimed |= {(int(key), index): item.objgen for index, item in enumerate(value)}
        else:
            claimed[int(key), -1] = value.objgen
    if claimed != _owners(pdf):
        yield "ParentTree and elements disagree"
    if int(pdf.Root.StructTreeRoot.ParentTreeNextKey) != len(tree) // 2:
        yield "ParentTreeNextKey"
    for element in elements(pdf):
        for kid in element_kids(element):
            if kid.P.objgen != element.objgen:
                yield "an element whose parent is another one"


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    owners = _owners(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        if "/StructParents" not in page.obj:
            yield f"page {number} without StructParents"
            continue
        code = contents(page)
        if code.count("BDC") + code.count("BMC") != len(re.findall(r"\bEMC\b", code)):
            yield f"page {number}: BDC and EMC do not balance"
        used = Counter(int(mcid) for mcid in re.findall(r"/MCID (\d+)", code))
        wanted = {mcid for key, mcid in owners if key == int(page.obj.StructParents)}
        if set(used) != wanted or any(count > 1 for count in used.values()):
            yield f"page {number}: MCIDs in content and tree differ"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    xmp = pdf.Root.Metadata.read_bytes().decode("utf-8")
    info = pdf.trailer.Info
    pairs = {
        "Title": r'<rdf:li xml:lang="x-default">(.*?)</rdf:li>',
        "Author": r"<dc:creator><rdf:Seq><rdf:li>(.*?)</rdf:li>",
        "Creator": r"<xmp:CreatorTool>(.*?)<",
        "Producer": r"<pdf:Producer>(.*?)<",
    }
    for key, pattern in pairs.items():
        found = re.search(pattern, xmp)
        unescaped = found[1].replace("&lt;", "<").replace("&gt;", ">") if found else ""
        if unescaped.replace("&amp;", "&") != str(info[f"/{key}"]):
            yield f"Info and XMP differ in {key}"
    for key, name in (("CreationDate", "CreateDate"), ("ModDate", "ModifyDate")):
        found = re.search(rf"<xmp:{name}>(.*?)<", xmp)
        digits = re.sub(r"[^0-9+]", "", found[1]) if found else ""
        if digits != re.sub(r"[^0-9+]", "", str(info[f"/{key}"])):
            yield f"Info and XMP differ in {key}"


def _attachments(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.Root.get("/AF", []):
        if str(item.AFRelationship) not in ALLOWED_RELATIONSHIPS:
            yield f"AFRelationship {item.AFRelationship}"


def _colour(pdf: pikepdf.Pdf) -> Iterator[str]:
    (intent,) = pdf.Root.OutputIntents
    profile = intent.DestOutputProfile
    components = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}
    if components[profile.read_bytes()[16:20]] != int(profile.N):
        yield "ICC profile and its number of components differ"


def _stream_ends(data: bytes) -> Iterator[str]:
    if b"\r\nendstream" in data:
        yield "a stream ends in a carriage return"


def _places(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        width, height = (float(value) for value in page.obj.MediaBox[2:])
        for x, y in re.findall(r"BT 1 0 0 1 ([-\d.]+) ([-\d.]+) Tm", contents(page)):
            if not (24 < float(x) < width - 24 and 24 < float(y) < height - 24):
                yield f"page {number}: text begins outside the margins"
