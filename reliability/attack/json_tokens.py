"""Takes signed and encrypted tokens (RFC 7515, 7516) apart and builds what libraries refuse to."""

import base64
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

# Returns the signature of a message.
Signer = Callable[[bytes], bytes]


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encode_json(content: object) -> str:
    return encode(json.dumps(content).encode())


def read_header(token: str) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(decode(token.split(".")[0]))
    return header


def read_claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(decode(token.split(".")[1]))
    return claims


def build_token(header: Mapping[str, Any], claims: Mapping[str, Any], *, sign: Signer) -> str:
    message = f"{encode_json(header)}.{encode_json(claims)}"
    return f"{message}.{encode(sign(message.encode()))}"


def flip_bit(token: str, part: int, *, generator: random.Random) -> str:
    """Changes one bit of a part. (A changed letter could stand for the same bytes.)"""
    parts = token.split(".")
    content = bytearray(decode(parts[part]))
    position = generator.randrange(len(content) * 8)
    content[position // 8] ^= 1 << position % 8
    parts[part] = encode(bytes(content))
    return ".".join(parts)
