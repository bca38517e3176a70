"""Several time-stamping authorities in order: when one fails, the next one is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from asn1crypto import cms, core
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError, StorageError

ROOM = 12 * 1024
"""Bytes kept free for a token while it is not known whose it will be. Tokens with their
certificates have 3 to 7 thousand; a larger one of the first authority counts as it is."""


class OrderedTimestampers(TimeStamper):
    """Asks the first authority, and after a failure the next one, with which it then stays.

    An authority that is away for a minute would otherwise cost every document of a batch all its
    attempts again.
    """

    def __init__(self, authorities: Sequence[tuple[str, TimeStamper]]) -> None:
        """Take the authorities in the order in which they are to be asked.

        Args:
            authorities: each with the name that the journal calls it by, for example its host.

        Raises:
            SigningError: there is none.
        """
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        if not authorities:
            raise SigningError("TSA-NONE-ANSWERED", problems="-")
        self._authorities = list(authorities)
        self.answered: list[str] = []
        """Name of the authority of each token so far, in order."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a checked token for a digest.

        Raises:
            SigningError: no authority gave one; with a single authority, its own error.
        """
        problems: list[tuple[str, SigningError | StorageError]] = []
        for name, authority in tuple(self._authorities):
            try:
                token = await authority.async_timestamp(message_digest, md_algorithm)
            except (SigningError, StorageError) as error:
                problems.append((name, error))
                self._authorities.append(self._authorities.pop(0))
            else:
                self.answered.append(name)
                return token
        raise _failure(problems)

    def timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a checked token where no event loop is running.

        Raises:
            SigningError: no authority gave one.
        """
        return asyncio.run(self.async_timestamp(message_digest, md_algorithm))

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        """Return something as large as a token may become, whoever will give it.

        Raises:
            SigningError: no authority answers now; it would not for a signature either.
        """
        before = len(self.answered)
        token = await super().async_dummy_response(md_algorithm)
        # A token that is only measured is part of no document.
        del self.answered[before:]
        if len(self._authorities) == 1 or len(token.dump()) >= ROOM:
            return token
        return cms.ContentInfo({"content_type": "data", "content": core.OctetString(bytes(ROOM))})


def _failure(
    problems: list[tuple[str, SigningError | StorageError]],
) -> SigningError | StorageError:
    if len(problems) == 1:
        return problems[0][1]
    return SigningError(
        "TSA-NONE-ANSWERED", problems="; ".join(f"{name}: {error.code}" for name, error in problems)
    )
