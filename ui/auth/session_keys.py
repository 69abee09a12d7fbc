"""The keys of the session cookie and of the form tokens, both drawn from one secret."""

from dataclasses import dataclass

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
# The first request waits for this, and API Gateway gives up after 29 seconds.
_CONFIG = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 3})


@dataclass(frozen=True, kw_only=True)
class SessionKeys:
    """`cookie` encrypts sessions (A256GCM: 32 bytes); `forms` signs the tokens in forms."""

    cookie: bytes
    forms: bytes


def read_keys(secret_arn: str) -> SessionKeys:
    """Raises botocore's ClientError or BotoCoreError where the secret cannot be read."""
    manager = boto3.client("secretsmanager", config=_CONFIG)
    return keys_of(manager.get_secret_value(SecretId=secret_arn)["SecretString"])


def keys_of(secret: str) -> SessionKeys:
    return SessionKeys(cookie=_derive(secret, "session cookie"), forms=_derive(secret, "forms"))


def _derive(secret: str, purpose: str) -> bytes:
    """RFC 5869, so that one purpose's key says nothing about the other's."""
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode())
    return derivation.derive(secret.encode())
