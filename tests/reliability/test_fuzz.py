"""Five thousand broken files are read or refused by name; `make fuzz N=` breaks more."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.rejections import Rejection
from phantoms.files import encode_dicom, grey_ramp
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from screening.formats.signatures import DICOM_PREAMBLE, DICOM_PREFIX, JPEG_START, PNG_START
from tests.conftest import ROOT


def test_every_broken_file_is_read_or_refused_by_name() -> None:
    command = [sys.executable, "-m", "reliability.fuzz", "5000", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "crashes 0 server_errors 0 of 5000", done.stdout
    assert done.returncode == 0


@pytest.mark.data
def test_so_is_every_broken_file_of_a_modality(data: Path) -> None:
    examples = ["--examples", str(data / "dicom")]
    command = [sys.executable, "-m", "reliability.fuzz", "500", "--seed", "5", *examples]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "crashes 0 server_errors 0 of 500", done.stdout


@given(
    start=st.sampled_from([b"", JPEG_START, PNG_START, bytes(DICOM_PREAMBLE) + DICOM_PREFIX]),
    rest=st.binary(max_size=500),
)
@settings(max_examples=500, deadline=None, derandomize=True)
def test_whatever_bytes_follow_a_signature_are_refused_by_name(start: bytes, rest: bytes) -> None:
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(start + rest)
    assert caught.value.reason in Rejection


# Found by fuzzing


def test_a_file_header_with_half_a_number_is_damaged() -> None:
    whole = encode_dicom(grey_ramp())
    length = whole.index(b"UL\x04\x00")
    content = whole[: length + 2] + b"\x02\x00" + whole[length + 4 :]
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(content)
    assert caught.value.reason is Rejection.DAMAGED
