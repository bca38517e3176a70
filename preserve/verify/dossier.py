"""Judges a transfer dossier: a folder of files with the lists of their digests beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from preserve.errors import FormatError
from preserve.formats.bagit import parse_manifest
from preserve.model.verification import Finding, SubIndication, VerificationReport
from preserve.verify.checks import Check
from preserve.verify.context import VerificationContext
from preserve.verify.document import judge_document
from preserve.verify.findings import failed, passed, undetermined
from preserve.verify.fixity import Progress, silent
from preserve.verify.material import with_material
from preserve.verify.measuring import Measured, Unreadable, measure_bytes, read_plain
from preserve.verify.tree import list_tree, printable

SUMS = {"SHA256SUMS.txt": "sha256", "SHA512SUMS.txt": "sha512"}
"""Lists of a dossier, in the form of ``sha256sum``; the first one makes a folder a dossier."""
COVERING_NOTE = "thu-gui-kem.pdf"
"""The one enclosure that is no record and bears no signature."""
_CERTIFICATES, _LISTS = "trust/certificates/", "trust/crls/"
_BROKEN = SubIndication.FORMAT_FAILURE
_MISSING = SubIndication.SIGNED_DATA_NOT_FOUND


def verify_dossier(
    root: Path, context: VerificationContext, *, progress: Progress = silent
) -> VerificationReport:
    """Judge a dossier: shape, lists both ways, digests, every signed document."""
    tree = list_tree(root)
    helped = with_material(root, tree.files, context, certificates=_CERTIFICATES, lists=_LISTS)
    findings = list(tree.findings)
    measured: dict[str, Measured] = {}
    lists: dict[str, bytes] = {}
    documents = 0
    for done, path in enumerate(tree.files, start=1):
        content = read_plain(root / path)
        progress(done, len(tree.files))
        if isinstance(content, Unreadable):
            findings.append(
                undetermined(
                    Check.FIX_UNREADABLE, printable(path), _MISSING, problem=content.problem
                )
            )
            continue
        if path in SUMS:
            lists[path] = content
            continue
        measured[path] = measure_bytes(content)
        if path.endswith(".pdf") and path != COVERING_NOTE:
            documents += 1
            findings.extend(judge_document(content, printable(path), helped).findings)
    findings.extend(_judge_lists(lists, measured))
    if not documents:
        findings.append(failed(Check.CMP_EMPTY, ".", _MISSING))
    findings = list(dict.fromkeys(findings))
    if not any(one.check.startswith("FIX-") for one in findings):
        size = sum(one.size for one in measured.values())
        findings.append(passed(Check.FIX_VALID, ".", files=len(measured), bytes=size))
    return VerificationReport(root.name, context.at, context.policy_name, tuple(findings))


def _judge_lists(lists: dict[str, bytes], measured: dict[str, Measured]) -> Iterator[Finding]:
    for name, content in lists.items():
        try:
            listed = dict(parse_manifest(content))
        except FormatError as error:
            line = error.parameters.get("line", "-")
            yield failed(Check.FIX_MANIFEST_MALFORMED, name, _BROKEN, problem=error.code, line=line)
            continue
        for path in sorted(set(listed) - set(measured)):
            yield failed(Check.CMP_FILE_MISSING, printable(path), _MISSING)
        for path in sorted(set(measured) - set(listed)):
            yield failed(Check.CMP_FILE_EXTRA, printable(path), _BROKEN)
        for path in sorted(set(measured) & set(listed)):
            one = measured[path]
            actual = one.sha512 if SUMS[name] == "sha512" else one.sha256
            if actual != listed[path]:
                yield failed(Check.FIX_DIGEST, printable(path), SubIndication.HASH_FAILURE)
