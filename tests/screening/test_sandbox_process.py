"""The process of the sandbox answers each file, and its answers are read whole or not at all."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from contracts.rejections import Rejection
from phantoms.file_formats import encode_image, grey_ramp
from screening import sandbox_process
from screening.decode import decode_radiograph
from screening.errors import RejectedFile

PNG = encode_image(Image.fromarray(grey_ramp()))


def test_the_process_answers_each_file_until_its_input_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In this process, without the limits and the filter, which could not be taken back."""
    files = io.BytesIO()
    for content in (PNG, b"no image"):
        sandbox_process.send(files, content)
    files.seek(0)
    monkeypatch.setattr(sandbox_process, "_limit_resources", lambda: None)
    monkeypatch.setattr("screening.syscall_filter.confine", lambda: None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=files))
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    with (tmp_path / "answers").open("wb") as answers:
        monkeypatch.setattr(os, "fdopen", lambda *_: answers)
        monkeypatch.setattr(os, "dup", lambda _: None)
        sandbox_process.main()
    with (tmp_path / "answers").open("rb") as pipe:
        radiograph = sandbox_process.receive_radiograph(pipe)
        assert np.array_equal(radiograph.pixels, decode_radiograph(PNG).pixels)
        with pytest.raises(RejectedFile) as caught:
            sandbox_process.receive_radiograph(pipe)
        assert caught.value.reason is Rejection.NOT_A_PICTURE
        with pytest.raises(EOFError):
            sandbox_process.receive_radiograph(pipe)


def test_an_answer_that_ends_early_is_the_end_of_the_process() -> None:
    pipe = io.BytesIO()
    sandbox_process.send(pipe, b"{}")
    with pytest.raises(EOFError):
        sandbox_process.receive_radiograph(io.BytesIO(pipe.getvalue()[:-1]))
