"""Measures once per key and time-stamper how much room a signature needs in a file."""

from __future__ import annotations

import hashlib
from weakref import WeakKeyDictionary

from pyhanko.sign.timestamps import TimeStamper

from preserve.sign.engine_cms import make_pades_cms, request_token
from preserve.sign.keys import SigningKey

MARGIN = 768
"""Bytes on top of the measured size: a token's serial number, accuracy or chain may grow."""


class _NoTimestamper:
    """Stands for "no time-stamp" where the cache needs an object."""


_NO_TIMESTAMPER = _NoTimestamper()

# Sizes per key, time-stamper and digest algorithm; an entry lives as long as its key does.
_sizes: WeakKeyDictionary[SigningKey, WeakKeyDictionary[object, dict[str, int]]]
_sizes = WeakKeyDictionary()

_token_sizes: WeakKeyDictionary[TimeStamper, dict[str, int]] = WeakKeyDictionary()


def bytes_to_reserve(
    key: SigningKey, timestamper: TimeStamper | None, digest_algorithm: str
) -> int:
    """Return how many bytes the DER of a signature may take.

    The first call for a key and a time-stamper makes one dry run, which costs one request to
    the time-stamping authority; the answer is remembered as long as both live.

    Raises:
        SigningError: the time-stamping authority fails.
    """
    by_timestamper = _sizes.setdefault(key, WeakKeyDictionary())
    sizes = by_timestamper.setdefault(timestamper or _NO_TIMESTAMPER, {})
    if digest_algorithm not in sizes:
        sizes[digest_algorithm] = _measure(key, timestamper, digest_algorithm) + MARGIN
    return sizes[digest_algorithm]


def token_bytes_to_reserve(timestamper: TimeStamper, digest_algorithm: str) -> int:
    """Return how many bytes the DER of a time-stamp token may take; measured once like the above.

    Raises:
        SigningError: the time-stamping authority fails.
    """
    sizes = _token_sizes.setdefault(timestamper, {})
    if digest_algorithm not in sizes:
        digest = hashlib.new(digest_algorithm).digest()
        token = request_token(digest, digest_algorithm, timestamper, dry_run=True)
        sizes[digest_algorithm] = len(token) + MARGIN
    return sizes[digest_algorithm]


def _measure(key: SigningKey, timestamper: TimeStamper | None, digest_algorithm: str) -> int:
    digest = hashlib.new(digest_algorithm).digest()
    return len(make_pades_cms(digest, digest_algorithm, key, timestamper, dry_run=True))
