"""``preserve import``: takes a school's export files in, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from preserve.durable import (
    make_directory,
    publish_directory,
    temporary_directory,
    write_file,
)
from preserve.errors import InputError, StorageError
from preserve.formats.facts import encode_submission
from preserve.ingest.counting import count_classes
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportOutcome, SourceFile, Submission
from preserve.package.paths import import_folder
from preserve.policy.import_maps import load_import_profiles
from preserve.workflow.archive import (
    Archive,
    held_submissions,
    import_folders,
    school_profile,
)
from preserve.workflow.check_locks import refuse_locked
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.parallel import run_each
from preserve.workflow.recover_journal import recover_journal


def import_exports(
    archive: Archive,
    paths: Sequence[Path],
    occasion: Occasion,
    *,
    dry_run: bool = False,
) -> Submission:
    """Read, cross-check and keep a set of export files.

    Nothing is written when any file is refused, or on a dry run.

    Returns:
        The submission with its findings; ``outcome`` says whether it was kept.

    Raises:
        InputError: a path does not exist or cannot be read.
        RuleRefusal: something that is locked would change.
        StorageError: the archive cannot be written.
    """
    if not dry_run:
        recover_journal(archive, occasion)
    held = held_submissions(archive)
    profile = _profile_for(paths, held)
    run = None if occasion.executor is None else partial(run_each, occasion.executor)
    read = read_submission(paths, profile, archive.policies, run)
    systems = {each.profile_id: each.system for each in load_import_profiles(archive.policies)}
    checked = cross_check(read, held, profile, systems)
    submission = replace(checked, counts=count_classes(profile, checked, held))
    if submission.outcome is ImportOutcome.REFUSED:
        return submission
    refuse_locked(archive, submission, held, occasion)
    if dry_run:
        return submission
    folder = _keep(archive, submission, paths, occasion.at)
    record_event(
        archive.journal,
        occasion,
        "ingestion",
        tuple(f"{folder.name}/{file.stored_name}" for file in submission.files),
        tuple((file.stored_name, file.sha512) for file in submission.files),
        outcome=submission.outcome.value,
    )
    return submission


def _profile_for(paths: Sequence[Path], held: tuple[Submission, ...]) -> SchoolProfile:
    """Return the profile that this import brings with it, else the newest one held."""
    for path in paths:
        candidate = path / "school.json" if path.is_dir() else path
        if candidate.name == "school.json" and candidate.is_file():
            return parse_school_profile(candidate.read_bytes())
    if not held and len(paths) == 1 and paths[0].is_file():
        return parse_school_profile(paths[0].read_bytes())
    return school_profile(held)


def _keep(archive: Archive, submission: Submission, paths: Sequence[Path], at: datetime) -> Path:
    """Write originals and facts into a new folder of their own."""
    final = archive.imports / import_folder(len(import_folders(archive)) + 1, at)
    with temporary_directory(archive.imports) as temporary:
        make_directory(temporary / "originals")
        for file in submission.files:
            content = _read_again(file, paths)
            write_file(temporary / "originals" / file.stored_name, [content], sync=False)
        write_file(temporary / "facts.json", [encode_submission(submission)], sync=False)
        publish_directory(temporary, final)
    return final


def _read_again(file: SourceFile, paths: Sequence[Path]) -> bytes:
    """Read the original's bytes, which must be the bytes that were parsed.

    Two of the given paths may hold files of one relative name: the digest tells them apart.
    """
    for source in _candidates(file.original_name, paths):
        try:
            content = source.read_bytes()
        except OSError as error:
            raise StorageError(
                "INPUT-UNREADABLE", file=file.original_name, problem=error.strerror
            ) from error
        if hashlib.sha512(content).hexdigest() == file.sha512:
            return content
    raise InputError("IMPORT-CHANGED-MEANWHILE", file=file.original_name)


def _candidates(original_name: str, paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        candidate = path / original_name if path.is_dir() else path
        if candidate.is_file() and (path.is_dir() or path.name == original_name):
            yield candidate
