"""A file is decoded within its limits or refused, and the next one is decoded all the same."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from pydicom.uid import JPEG2000Lossless

from contracts.rejections import Rejection
from phantoms.file_formats import encode_compressed_dicom, encode_dicom, encode_image, grey_ramp
from screening import sandbox
from screening.decode import decode_radiograph
from screening.errors import RejectedFile, SandboxError
from screening.formats.cpu_budget import cpu_seconds
from screening.sandbox import SandboxedDecoder
from screening.sandbox_process import MAX_MEGABYTES
from tests.screening.sandbox_faults import build_slow_dicom, kill_while_decoding

PNG = encode_image(Image.fromarray(grey_ramp()))


@pytest.fixture
def decoder() -> Iterator[SandboxedDecoder]:
    decoder = SandboxedDecoder()
    yield decoder
    decoder.close()


def refusal(decoder: SandboxedDecoder, content: bytes) -> Rejection:
    with pytest.raises(RejectedFile) as caught:
        decoder(content)
    return caught.value.reason


def build_memory_hungry_dicom() -> bytes:
    """Returns a file with millions of small tags, each of which becomes an object."""
    tags = b"".join(
        np.array([0x0009, 0x1000 + number, 0], "<u2").tobytes() + b"\0\0"
        for number in range(0x0EFF)
    )
    plain = encode_dicom(grey_ramp(), SeriesDescription="x")
    return plain + tags * (45_000_000 // len(tags))


def test_what_is_read_is_the_same(decoder: SandboxedDecoder) -> None:
    tags = {"PatientID": "Müller^Ä", "ViewPosition": "LL", "PatientAge": "004Y"}
    for content in (PNG, encode_dicom(grey_ramp(), **tags)):
        there, here = decoder(content), decode_radiograph(content)
        assert np.array_equal(there.pixels, here.pixels)
        assert {**vars(there), "pixels": None} == {**vars(here), "pixels": None}


def test_what_is_refused_is_the_same(decoder: SandboxedDecoder) -> None:
    with pytest.raises(RejectedFile) as caught:
        decoder(encode_dicom(grey_ramp(), Modality="CT"))
    assert (caught.value.reason, caught.value.detail) == (Rejection.DICOM_MODALITY, "CT")
    assert refusal(decoder, b"") is Rejection.EMPTY


@pytest.mark.parametrize("build", [build_slow_dicom, build_memory_hungry_dicom])
def test_what_takes_too_much_is_refused_and_the_next_is_read(
    decoder: SandboxedDecoder, build: Callable[[], bytes]
) -> None:
    assert refusal(decoder, build()) is Rejection.UNREADABLE
    assert np.array_equal(decoder(PNG).pixels, grey_ramp())


@pytest.mark.parametrize("fault", [signal.SIGSEGV, signal.SIGABRT])
def test_a_decoder_that_dies_takes_nothing_with_it(decoder: SandboxedDecoder, fault: int) -> None:
    """The signal stands for a crash inside a decoder: no file is known that causes one."""
    kill_while_decoding(decoder, fault)
    assert refusal(decoder, build_slow_dicom()) is Rejection.UNREADABLE
    assert np.array_equal(decoder(PNG).pixels, grey_ramp())


def test_a_process_that_is_killed_is_no_fault_of_its_file(decoder: SandboxedDecoder) -> None:
    kill_while_decoding(decoder, signal.SIGKILL)
    with pytest.raises(SandboxError):
        decoder(build_slow_dicom())
    assert np.array_equal(decoder(PNG).pixels, grey_ramp())


def test_a_process_that_dies_between_two_files_costs_nothing(decoder: SandboxedDecoder) -> None:
    os.kill(decoder._process.pid, signal.SIGKILL)
    decoder._process.wait()
    assert np.array_equal(decoder(PNG).pixels, grey_ramp())


def test_a_reader_that_does_not_answer_is_given_up(
    decoder: SandboxedDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_TIMEOUT_SECONDS", 0.3)
    os.kill(decoder._process.pid, signal.SIGSTOP)
    with pytest.raises(SandboxError):
        decoder(PNG)


@pytest.fixture
def start_decoder_that_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[bytes], SandboxedDecoder]]:
    """Stands for a decoder that a file has taken over: no file is known that does so."""
    decoders: list[SandboxedDecoder] = []

    def start(answer: bytes) -> SandboxedDecoder:
        script = tmp_path / "decoder"
        lines = ("import sys", "sys.stdin.buffer.read(1)", f"sys.stdout.buffer.write({answer!r})")
        script.write_text("\n".join((f"#!{sys.executable}", *lines)))
        script.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(script))
        decoders.append(SandboxedDecoder())
        return decoders[-1]

    yield start
    for decoder in decoders:
        decoder.close()


@pytest.mark.parametrize("answer", [b"", b"\0" * 16, bytes(7) + b"\x02{]" + bytes(8)])
def test_an_answer_that_is_none_is_not_believed(
    start_decoder_that_answers: Callable[[bytes], SandboxedDecoder], answer: bytes
) -> None:
    with pytest.raises(SandboxError):
        start_decoder_that_answers(answer)(PNG)


@pytest.mark.parametrize("length", [20_000, 2**64 - 1, int.from_bytes(b"nonsense")])
def test_an_answer_that_is_too_long_refuses_its_file(
    start_decoder_that_answers: Callable[[bytes], SandboxedDecoder], length: int
) -> None:
    decoder = start_decoder_that_answers(length.to_bytes(8, "big") + b" " * 64)
    assert refusal(decoder, PNG) is Rejection.UNREADABLE


def test_it_holds_none_of_our_keys(
    decoder: SandboxedDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-key-that-nobody-needs")
    fresh = SandboxedDecoder()
    fresh(PNG)
    assert "AWS" not in Path(f"/proc/{fresh._process.pid}/environ").read_text()
    fresh.close()


def test_it_ends_when_nobody_can_send_it_a_file(decoder: SandboxedDecoder) -> None:
    decoder(PNG)
    process = decoder._process
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(5) == 0


@pytest.mark.parametrize(
    "build",
    [
        lambda: encode_image(Image.new("RGB", (8_000, 5_000)), "JPEG"),
        lambda: encode_image(Image.new("CMYK", (8_000, 5_000)), "JPEG"),
        lambda: encode_image(Image.new("RGBA", (8_000, 5_000))),
        lambda: encode_image(Image.new("I;16", (8_000, 5_000))),
        lambda: encode_dicom(np.zeros((5_000, 5_000), np.uint16), BitsStored=12, HighBit=11),
    ],
    ids=["RGB", "CMYK", "RGBA", "16 bits", "DICOM"],
)
def test_the_largest_pictures_fit(decoder: SandboxedDecoder, build: Callable[[], bytes]) -> None:
    assert decoder(build()).pixels.size >= 25_000_000
    assert _peak_megabytes(decoder) <= MAX_MEGABYTES


def test_a_lossless_film_has_the_time_that_it_needs(decoder: SandboxedDecoder) -> None:
    """2880 x 2880 with 14 bits, of which the noise leaves little to compress: about 8 MB."""
    noise = np.random.default_rng(1).integers(0, 256, (2880, 2880), np.uint16)
    film = noise + np.linspace(0, 16_000, 2880).astype(np.uint16)
    frame = imagecodecs.jpeg2k_encode(film, level=0, codecformat="j2k", bitspersample=14)
    tags = {"BitsStored": 14, "HighBit": 13}
    content = encode_compressed_dicom(film, JPEG2000Lossless, frame, **tags)
    assert decoder(content).pixels.shape == film.shape


def test_the_time_follows_the_size_of_the_codestream() -> None:
    slow, fast = b"\xff\xd8\xff" + bytes(10 << 20), bytes(50 << 20)
    other = bytes(128) + b"DICM" + JPEG2000Lossless.encode() + bytes(10 << 20)
    assert [round(cpu_seconds(each)) for each in (PNG, fast, slow, other)] == [2, 2, 8, 8]
    assert cpu_seconds(slow * 5) == 12


def _peak_megabytes(decoder: SandboxedDecoder) -> int:
    status = Path(f"/proc/{decoder._process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmPeak")]
    return int(line.split()[1]) >> 10
