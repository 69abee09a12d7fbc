"""The errors between the bytes of a file and an answer.

ScreeningError
├── RejectedFile   the sender can correct it: a reason, and a detail from the file's own format
├── SandboxError   the process that decodes files did not start or was killed
└── ModelError     a model or its card cannot be used
"""

from contracts.rejections import Rejection


class ScreeningError(Exception):
    """Base of all errors of this package."""


class RejectedFile(ScreeningError):
    """The file cannot be decoded as one radiograph."""

    def __init__(self, reason: Rejection, detail: str = "") -> None:
        super().__init__(f"{reason}{f' ({detail})' if detail else ''}")
        self.reason = reason
        self.detail = detail


class SandboxError(ScreeningError):
    """The decoding process ended for a reason other than its file; a retry may succeed."""


class ModelError(ScreeningError):
    """A model or its card is missing, damaged or of another version."""
