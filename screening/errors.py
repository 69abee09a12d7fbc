"""What can go wrong between bytes and an answer.

ScreeningError
├── RejectedFile   the sender's to mend: a reason, and a name from the file's own format
├── ReaderError    ours to mend: what reads files does not come up, or was killed
└── ModelError     ours to mend: a model or card that cannot be used
"""

from contracts.rejections import Rejection


class ScreeningError(Exception):
    """Any error of this package."""


class RejectedFile(ScreeningError):
    """The file cannot be read as one X-ray picture."""

    def __init__(self, reason: Rejection, detail: str = "") -> None:
        super().__init__(f"{reason}{f' ({detail})' if detail else ''}")
        self.reason = reason
        self.detail = detail


class SandboxError(ScreeningError):
    """The process that reads files ended, for another reason than its file; a later try may do."""


class ModelError(ScreeningError):
    """A model or its card is missing, damaged or of another version."""
