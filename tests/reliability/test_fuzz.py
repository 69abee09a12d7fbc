"""Five thousand mutated files are decoded or refused; `make fuzz N=` mutates more."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.rejections import Rejection
from phantoms.file_formats import encode_dicom, grey_ramp
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from screening.formats.signatures import DICOM_PREAMBLE, DICOM_PREFIX, JPEG_START, PNG_START
from tests.conftest import ROOT


def test_every_broken_file_is_read_or_refused_by_name() -> None:
    command = [sys.executable, "-m", "reliability.fuzz", "5000", "--seed", "3"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "crashes 0 server_errors 0 of 5000", result.stdout
    assert result.returncode == 0


@pytest.mark.data
def test_so_is_every_broken_file_of_a_modality(data: Path) -> None:
    examples = ["--examples", str(data / "dicom")]
    command = [sys.executable, "-m", "reliability.fuzz", "500", "--seed", "5", *examples]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "crashes 0 server_errors 0 of 500", result.stdout


@given(
    start=st.sampled_from([b"", JPEG_START, PNG_START, bytes(DICOM_PREAMBLE) + DICOM_PREFIX]),
    rest=st.binary(max_size=500),
)
@settings(max_examples=500, deadline=None, derandomize=True)
def test_whatever_bytes_follow_a_signature_are_refused_by_name(start: bytes, rest: bytes) -> None:
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(start + rest)
    assert caught.value.reason in Rejection


# Files that the fuzzer has found


def test_a_file_header_with_half_a_number_is_damaged() -> None:
    content = encode_dicom(grey_ramp())
    length = content.index(b"UL\x04\x00")
    damaged = content[: length + 2] + b"\x02\x00" + content[length + 4 :]
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(damaged)
    assert caught.value.reason is Rejection.DAMAGED
