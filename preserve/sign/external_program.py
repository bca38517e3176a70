"""Runs the program of an external signer and talks to it, one line of JSON each way."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from preserve.errors import SigningError

LARGEST_ANSWER = 1024 * 1024
"""Bytes of one line."""
TIMEOUT = 180.0
"""Seconds for one answer: a person may have to type a PIN into the program's own window."""

_PATIENCE = 5.0
"""Seconds that the program gets to end by itself when nothing more is asked."""
_PIECE = 65536


class ExternalProgram:
    """A running program; it is started once for a batch and ends when its input ends."""

    def __init__(
        self,
        path: Path,
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the program, without a shell and without arguments.

        Args:
            path: absolute path of the program.
            timeout: seconds for one answer.
            clock: seconds from any beginning.

        Raises:
            SigningError: it cannot be started.
        """
        self.name = path.name
        self._timeout, self._clock = timeout, clock
        try:
            # What the program tells the person goes to the terminal as it is.
            self._process = subprocess.Popen(  # noqa: S603  (the signer named it; no shell)
                [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise SigningError("SIGN-EXEC-START", program=path, reason=error.strerror) from error
        self.close = weakref.finalize(self, _end, self._process)

    def ask(self, question: Mapping[str, object]) -> Mapping[str, Any]:
        """Send one line and return the object of the line that comes back.

        The program is ended at the first fault: what it would say next could be the late answer
        to an earlier question.

        Raises:
            SigningError: it ended, stays silent, refuses, or answers something else.
        """
        try:
            self._write(json.dumps(question).encode() + b"\n")
            return self._understood(self._read())
        except SigningError:
            self._process.kill()
            self.close()
            raise

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101  (Popen was asked for a pipe)
        try:
            self._process.stdin.write(line)
        except (OSError, ValueError) as error:
            raise self._ended() from error

    def _read(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  (Popen was asked for a pipe)
        descriptor = self._process.stdout.fileno()
        ends, line = self._clock() + self._timeout, b""
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, ends - self._clock())):
                    raise SigningError(
                        "SIGN-EXEC-SILENT", program=self.name, seconds=round(self._timeout)
                    )
                piece = os.read(descriptor, _PIECE)
                line += piece
                if not piece:
                    raise self._ended()
                if len(line) > LARGEST_ANSWER:
                    raise self.wrong("too long")
        return line

    def _understood(self, line: bytes) -> Mapping[str, Any]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            raise self.wrong("no JSON") from None
        if not isinstance(answer, dict):
            raise self.wrong("no JSON object")
        if "error" in answer:
            # The program's own words could name anything; they belong on its error stream.
            raise SigningError("SIGN-EXEC-REFUSED", program=self.name)
        return answer

    def wrong(self, problem: str) -> SigningError:
        """Return the error for an answer that is not what the protocol says."""
        return SigningError("SIGN-EXEC-ANSWER", program=self.name, problem=problem)

    def _ended(self) -> SigningError:
        try:
            code: object = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            code = "-"
        return SigningError("SIGN-EXEC-ENDED", program=self.name, code=code)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the program end by itself; one that does not is killed."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
