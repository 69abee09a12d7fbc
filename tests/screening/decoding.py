"""Decodes a file as the screening function does: its pixels, or why it is rejected."""

import pytest

from contracts.rejections import Rejection
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from screening.radiograph import Pixels


def decode(content: bytes) -> Pixels:
    return decode_radiograph(content).pixels


def refusal(content: bytes) -> tuple[Rejection, str]:
    """Returns reason and detail. Fails where the file is accepted."""
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(content)
    return caught.value.reason, caught.value.detail
