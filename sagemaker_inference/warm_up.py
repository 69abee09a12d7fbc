"""The requests that TensorFlow Serving answers for itself before it serves a model.

The first prediction for each batch size takes seconds on a GPU, and the caller waits two. The file
is a TFRecord of PredictionLog messages (TensorFlow Serving's guide "SavedModel Warmup").
"""

import struct
from collections.abc import Iterable
from pathlib import PurePosixPath

from sagemaker_inference.inference import INPUT_BYTES

FILE = PurePosixPath("assets.extra") / "tf_serving_warmup_requests"
# Up to the largest batch of the container (`cdk/serving.py`).
BATCH_SIZES = (1, 2, 4, 8)

_MODEL_NAME = b"model"
_SIGNATURE = b"serving_default"
_INPUT = b"pixels"
# The code of strings in TensorFlow's types.proto.
_DT_STRING = 7
# A TFRecord masks its checksums by this number (TensorFlow, `record_writer.h`).
_MASK_DELTA = 0xA282EAD8
_CRC32C_POLYNOMIAL = 0x82F63B78


def build_requests() -> bytes:
    """One request for black images in each of BATCH_SIZES, the smallest first."""
    return b"".join(_record(_prediction_log(size)) for size in BATCH_SIZES)


def _prediction_log(batch_size: int) -> bytes:
    """A message of prediction_log.proto; the numbers are those of its fields."""
    dimension = _number(1, batch_size)
    images = [_bytes(8, bytes(INPUT_BYTES))] * batch_size
    tensor = _join([_number(1, _DT_STRING), _bytes(2, _bytes(2, dimension)), *images])
    named_input = _join([_bytes(1, _INPUT), _bytes(2, tensor)])
    model = _join([_bytes(1, _MODEL_NAME), _bytes(3, _SIGNATURE)])
    request = _join([_bytes(1, model), _bytes(2, named_input)])
    return _bytes(6, _bytes(1, request))


def _join(fields: Iterable[bytes]) -> bytes:
    return b"".join(fields)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; all but the last byte have the highest bit."""
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


def _checksum(content: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ _CRC32C_TABLE[crc & 0xFF ^ byte]
    crc ^= 0xFFFFFFFF
    masked = (crc >> 15 | crc << 17) + _MASK_DELTA
    return struct.pack("<I", masked & 0xFFFFFFFF)


def _build_crc32c_table() -> tuple[int, ...]:
    """The checksums of all bytes (CRC-32C, RFC 3720); the standard library has CRC-32 only."""
    table = list(range(256))
    for _ in range(8):
        table = [crc >> 1 ^ _CRC32C_POLYNOMIAL * (crc & 1) for crc in table]
    return tuple(table)


_CRC32C_TABLE = _build_crc32c_table()
