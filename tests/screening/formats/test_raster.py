"""JPEG and PNG of every kind are decoded to the same upright grey."""

import struct
import zlib
from base64 import b64decode

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from phantoms.file_formats import build_png, encode_image, grey_ramp
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from screening.radiograph import Pixels

GREY = Image.fromarray(grey_ramp())

# The same ramp in arithmetic coding, which Pillow does not write: encoded with libjpeg-turbo 3.
ARITHMETIC = """
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEEx
NDk7Pj4+JS5ESUM8SDc9Pjv/yQALCAA8AFABAREA/8wABgAQEAX/2gAIAQEAAD8A/wDPIEF2gsm0KbvaZI6QPYBUadg3Fov7
uHLtIiAZpFTHC2Lv/MLoDa5oY7deMXjSupe2iM0fAOkMkUmNRELl7JYIP+up6ChK+PI50temOXx84LDL6P6vS3lnEFtrluut
9WXXdhre1qM2HBQsLqOSc05ItGrJkVNiOYYlaPkRueHxeiuglvLKHZ5LXsKq2q3spewFX8gUuxA9oFxMjQc5InE7+tEYtPz/
AD0R7f/Z
"""


def decode(image: Image.Image, file_format: str = "PNG", **options: object) -> Pixels:
    return decode_radiograph(encode_image(image, file_format, **options)).pixels


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test_every_png_mode_gives_the_same_grey(mode: str) -> None:
    assert np.abs(decode(GREY.convert(mode)).astype(int) - grey_ramp()).max() <= 1


def test_a_black_and_white_picture_is_read() -> None:
    assert set(np.unique(decode(GREY.convert("1")))) == {0, 255}


def test_a_jpeg_is_read_as_it_was_stored() -> None:
    assert np.abs(decode(GREY, "JPEG", quality=95).astype(int) - grey_ramp()).max() <= 4


def test_16_bits_are_the_same_as_their_8_bit_twin() -> None:
    wide = Image.fromarray(grey_ramp().astype(np.uint16) * 257)
    assert np.array_equal(decode(wide), grey_ramp())


def build_samples(samples: int, *, bits: int, opaque: int) -> NDArray[np.uint16]:
    """Returns the ramp as words of `bits`, in so many samples a pixel; 2 and 4 end in opacity."""
    grey = grey_ramp().astype(np.uint16) << (bits - 8)
    pixels = np.repeat(grey[:, :, None], samples, axis=2)
    if samples in (2, 4):
        pixels[..., -1] = opaque
    return pixels


def encode_deep(pixels: NDArray[np.uint16]) -> bytes:
    return bytes(imagecodecs.png_encode(pixels.squeeze()))


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("has_defect", [False, True])
def test_fewer_bits_in_16_are_not_black(samples: int, bits: int, has_defect: bool) -> None:
    for opaque in (65535, (1 << bits) - 1):
        pixels = build_samples(samples, bits=bits, opaque=opaque)
        pixels[0, :20] = 65535 if has_defect else pixels[0, :20]
        decoded = decode_radiograph(encode_deep(pixels)).pixels
        assert np.abs(decoded[1:].astype(int) - grey_ramp()[1:]).max() <= 1


def test_a_tint_of_fewer_bits_in_16_makes_it_a_photo() -> None:
    pixels = build_samples(3, bits=12, opaque=0)
    assert not decode_radiograph(encode_deep(pixels)).photographed
    pixels[..., 2] = pixels[..., 2] * 0.9
    assert decode_radiograph(encode_deep(pixels)).photographed


@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_a_deep_png_that_ends_early_is_damaged(samples: int, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 65535, (60, 60, samples), dtype=np.uint16)
    whole = encode_deep(noise)
    with pytest.raises(RejectedFile, match="damaged"):
        decode_radiograph(whole[: int(len(whole) * share)])


# Grey samples of a row of four pixels, the second of which has the transparent value.
@pytest.mark.parametrize(
    ("depth", "row", "value", "greys"),
    [
        (1, b"\x40", 1, [0, 0, 0, 0]),
        (2, bytes([0b01111000]), 3, [85, 0, 170, 0]),
        (4, b"\x3f\x0c", 15, [51, 0, 0, 204]),
        (8, b"\x55\xff\xaa\x00", 255, [85, 0, 170, 0]),
        (16, struct.pack(">4H", 85 << 8, 65535, 170 << 8, 65534), 65535, [85, 0, 170, 255]),
    ],
)
def test_the_transparent_value_of_grey_is_black(
    depth: int, row: bytes, value: int, greys: list[int]
) -> None:
    header = struct.pack(">IIBBBBB", 4, 1, depth, 0, 0, 0, 0)
    chunks = {
        b"IHDR": header,
        b"tRNS": struct.pack(">H", value),
        b"IDAT": zlib.compress(b"\0" + row),
    }
    assert decode_radiograph(build_png(*chunks.items())).pixels.tolist() == [greys]


def test_what_is_transparent_is_black() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 255, 255, 0))
    assert decode(clear).max() == 0


@pytest.mark.parametrize(("orientation", "turned"), [(3, 2), (6, 3), (8, 1)])
def test_exif_orientation_is_honoured(orientation: int, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode(GREY, "JPEG", quality=95, exif=exif)
    expected = np.rot90(grey_ramp(), turned)
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= 6


def test_every_kind_of_jpeg_gives_the_same_grey() -> None:
    kinds = {
        "progressive": encode_image(GREY, "JPEG", quality=95, progressive=True),
        "CMYK": encode_image(GREY.convert("CMYK"), "JPEG", quality=95),
        "YCCK": bytes(
            imagecodecs.jpeg8_encode(
                255 - np.asarray(GREY.convert("CMYK")), 95, colorspace="CMYK", outcolorspace="YCCK"
            )
        ),
        "colour": encode_image(GREY.convert("RGB"), "JPEG", quality=95),
        "with previews": encode_image(
            GREY, "MPO", quality=95, save_all=True, append_images=[GREY.resize((8, 6))]
        ),
        "with a broken profile": encode_image(GREY, "JPEG", quality=95, icc_profile=b"no profile"),
        "with broken metadata": encode_image(
            GREY, "JPEG", quality=95, exif=b"Exif\0\0MM\0*\xff\xff"
        ),
        "arithmetic": b64decode(ARITHMETIC),
    }
    for kind, content in kinds.items():
        radiograph = decode_radiograph(content)
        assert np.abs(radiograph.pixels.astype(int) - grey_ramp()).max() <= 5, kind
        assert (radiograph.file_format, radiograph.photographed) == ("JPEG", False), kind


def test_a_profile_changes_no_value() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(decode(GREY, icc_profile=profile), grey_ramp())


@pytest.mark.parametrize(("bits", "samples"), [(2, "<u1"), (4, "<u1"), (8, "<u1"), (16, ">u2")])
def test_the_transparent_grey_of_a_png_is_black(bits: int, samples: str) -> None:
    """Rows of one to three quarters of white; the brightest is declared transparent."""
    greys = [2**bits * quarter // 4 for quarter in (1, 2, 3)]
    rows = np.repeat(np.asarray(greys)[:, None], 8, axis=1)
    data = b"".join(b"\0" + pack_samples(row, bits, samples) for row in rows)
    pixels = decode_radiograph(encode_grey_png(data, bits=bits, transparent=greys[-1])).pixels
    assert [row[0] > 0 for row in pixels] == [True, True, False]
    assert (pixels == pixels[:, :1]).all()


def pack_samples(row: NDArray[np.int_], bits: int, samples: str) -> bytes:
    if bits >= 8:
        return row.astype(samples).tobytes()
    planes = row.astype(np.uint8)[:, None] >> np.arange(bits)[::-1] & 1
    return np.packbits(planes.ravel()).tobytes()


def encode_grey_png(data: bytes, *, bits: int, transparent: int) -> bytes:
    """Returns a grey PNG of 8 x 3 pixels: Pillow writes no such transparency."""
    return build_png(
        (b"IHDR", bytes([0, 0, 0, 8, 0, 0, 0, 3, bits, 0, 0, 0, 0])),
        (b"tRNS", transparent.to_bytes(2, "big")),
        (b"IDAT", zlib.compress(data)),
    )


@pytest.mark.parametrize("tag", [ExifTags.Base.ExposureTime, ExifTags.Base.FNumber])
def test_what_a_camera_made_is_a_photo(tag: ExifTags.Base) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[tag] = 1.5
    assert decode_radiograph(encode_image(GREY, "JPEG", exif=exif)).photographed


def test_a_tint_makes_it_a_photo_and_an_annotation_does_not() -> None:
    colour = np.repeat(grey_ramp()[:, :, None], 3, axis=2)
    colour[2:8, 2:8] = (255, 255, 0)
    assert not decode_radiograph(encode_image(Image.fromarray(colour))).photographed
    colour[:, :, 2] = colour[:, :, 2] * 0.9
    assert decode_radiograph(encode_image(Image.fromarray(colour))).photographed
