"""The one exception tree of the program.

::

    PreserveError                 1  internal error
    ├── InputError                2  bad usage or bad input
    │   ├── FormatError           2  bytes that are not what their name says
    │   └── PolicyError           2  a policy file that cannot be used
    ├── SigningError              3  a signature could not or may not be made
    ├── StorageError              4  a medium, folder or bucket failed
    ├── VerificationFailed        5  the verdict is TOTAL_FAILED
    ├── VerificationIndeterminate 6  the verdict is INDETERMINATE
    └── RuleRefusal               7  a retention or role rule says no

An error carries a stable code and named parameters; the sentence a person reads stands per
language in ``preserve/report/texts/errors.toml``. Parameters never hold secrets or pupils' names.
The number is the exit code of the command (docs/exit-codes.md).
"""

from __future__ import annotations

from collections.abc import Callable


class PreserveError(Exception):
    """Something that the program refuses or cannot do.

    Attributes:
        code: stable identifier of the sentence, for example ``SIGN-ORDER``.
        parameters: what the sentence names: paths, codes, roles, counts.
    """

    exit_code = 1

    def __init__(self, code: str, /, **parameters: object) -> None:
        self.code = code
        self.parameters = {name: str(value) for name, value in parameters.items()}
        details = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        super().__init__(f"{code}: {details}" if details else code)

    def __reduce__(self) -> tuple[Callable[..., PreserveError], tuple[object, ...]]:
        """Keep code and parameters when the error crosses from a worker process."""
        return _rebuild, (type(self), self.code, self.parameters)


def _rebuild(kind: type[PreserveError], code: str, parameters: dict[str, str]) -> PreserveError:
    return kind(code, **parameters)


class InputError(PreserveError):
    """Bad usage or bad input."""

    exit_code = 2


class FormatError(InputError):
    """Bytes that are not what they claim to be."""


class PolicyError(InputError):
    """A policy file that is missing, unreadable or contradicts itself."""


class SigningError(PreserveError):
    """A signature could not be made, or may not be made."""

    exit_code = 3


class StorageError(PreserveError):
    """A folder, medium or bucket did not do what was asked of it."""

    exit_code = 4


class VerificationFailed(PreserveError):  # noqa: N818  (the standard's word is the name)
    """The verdict is TOTAL_FAILED."""

    exit_code = 5


class VerificationIndeterminate(PreserveError):  # noqa: N818  (the standard's word is the name)
    """The verdict is INDETERMINATE."""

    exit_code = 6


class RuleRefusal(PreserveError):  # noqa: N818  (a refusal is not an error)
    """A rule about roles, periods or retention forbids the act."""

    exit_code = 7
