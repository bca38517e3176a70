"""Judges the lists of a bundle against its files, both ways (RFC 8493 sections 2.1.3, 2.2.1, 3).

Trust runs from the seal to the tag manifest, from there to the payload manifests, from there to
the payload. A list accuses a file only while the list itself is intact; otherwise one flipped byte
in a list would accuse an innocent file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from preserve.errors import FormatError
from preserve.formats.bagit import encode_manifest, parse_manifest
from preserve.model.verification import Finding, SubIndication
from preserve.verify.bag import (
    DECLARATION,
    MANIFESTS,
    PAYLOAD,
    SEAL_FIXITY,
    SEAL_FOLDER,
    TAG_MANIFEST,
    Bag,
)
from preserve.verify.checks import Check
from preserve.verify.findings import failed
from preserve.verify.tree import printable

_MISSING = SubIndication.SIGNED_DATA_NOT_FOUND
_BROKEN = SubIndication.FORMAT_FAILURE
_DIFFERS = SubIndication.HASH_FAILURE


def judge_seal_folder(bag: Bag) -> tuple[Finding, ...]:
    """Step 2: every other file of ``seal/`` is listed in its fixity file, with its digest.

    Nothing vouches for the fixity file. When it and a file disagree, either may have been hit, so
    both are named; it must also be spelled in the one canonical way, since a flipped bit may turn
    a hexadecimal digit into the same one of the other case.
    """
    inside = {path for path in bag.files if path.startswith(SEAL_FOLDER)}
    if not inside:
        return ()  # The absence of a seal has its own check.
    listed, findings = _read_list(bag, SEAL_FIXITY)
    if listed is None:
        return findings
    found = tuple(_compare(bag, listed, inside - {SEAL_FIXITY}, "sha512"))
    if found or encode_manifest(listed.items()) != bag.texts[SEAL_FIXITY]:
        return (*found, failed(Check.FIX_DIGEST, SEAL_FIXITY, _DIFFERS))
    return ()


def judge_tag_manifest(bag: Bag, *, sealed: bool) -> tuple[Finding, ...]:
    """Step 4: every file outside ``data/`` and ``seal/`` is listed, with its digest.

    ``sealed`` tells that the seal holds over the list, or that there is no seal to break.
    """
    listed, findings = _read_list(bag, TAG_MANIFEST)
    if listed is None or not sealed:
        return findings
    expected = {
        path
        for path in bag.files
        if not path.startswith((PAYLOAD, SEAL_FOLDER)) and path != TAG_MANIFEST
    }
    return tuple(_compare(bag, listed, expected, "sha512"))


def judge_payload(bag: Bag, *, sealed: bool) -> tuple[Finding, ...]:
    """Step 5: the payload is exactly what both manifests list, with both digests."""
    intact = _intact_manifests(bag, sealed=sealed)
    payload = {path for path in bag.files if path.startswith(PAYLOAD)}
    findings: list[Finding] = []
    lists: dict[str, Mapping[str, str]] = {}
    for name in MANIFESTS:
        listed, problems = _read_list(bag, name)
        findings.extend(problems)
        if listed is not None and name in intact:
            lists[name] = listed
    for name, listed in lists.items():
        findings.extend(_compare(bag, listed, payload, MANIFESTS[name]))
    if len({frozenset(listed) for listed in lists.values()}) > 1:
        findings.append(failed(Check.FIX_MANIFESTS_DISAGREE, "manifest-sha256.txt", _BROKEN))
    return tuple(dict.fromkeys(findings))


def judge_declaration(bag: Bag, expected: bytes) -> tuple[Finding, ...]:
    """The declaration is byte for byte that of BagIt 1.0 (RFC 8493 section 2.1.1)."""
    content = bag.texts.get(DECLARATION)
    if content is None or content == expected:
        return ()
    return (failed(Check.FIX_DIGEST, DECLARATION, _BROKEN),)


def _intact_manifests(bag: Bag, *, sealed: bool) -> set[str]:
    """Return the payload manifests that may accuse: those that the tag manifest vouches for."""
    tags, _ = _read_list(bag, TAG_MANIFEST)
    if tags is None or not sealed:
        return set(MANIFESTS)
    return {name for name in MANIFESTS if bag.holds(name, "sha512", tags.get(name, "")) is True}


def _read_list(bag: Bag, path: str) -> tuple[Mapping[str, str] | None, tuple[Finding, ...]]:
    content = bag.texts.get(path)
    if content is None:
        if path in bag.files:
            return None, ()  # Unreadable, and reported as such.
        return None, (failed(Check.CMP_FILE_MISSING, path, _MISSING),)
    try:
        return dict(parse_manifest(content)), ()
    except FormatError as error:
        line = error.parameters.get("line", "-")
        finding = failed(Check.FIX_MANIFEST_MALFORMED, path, _BROKEN, problem=error.code, line=line)
        return None, (finding,)


def _compare(
    bag: Bag, listed: Mapping[str, str], expected: set[str], algorithm: str
) -> Iterator[Finding]:
    for path in sorted(set(listed) - expected):
        yield failed(Check.CMP_FILE_MISSING, printable(path), _MISSING)
    for path in sorted(expected - set(listed)):
        yield failed(Check.CMP_FILE_EXTRA, printable(path), _BROKEN)
    for path in sorted(expected & set(listed)):
        if bag.holds(path, algorithm, listed[path]) is False:
            yield failed(Check.FIX_DIGEST, printable(path), _DIFFERS)
