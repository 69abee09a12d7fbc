"""The keys of the session cookie and of the form tokens, both derived from one secret."""

from dataclasses import dataclass

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
# The first request waits for the secret, and API Gateway times out after 29 seconds.
_CONFIG = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 3})


@dataclass(frozen=True, kw_only=True)
class SessionKeys:
    """`cookie` encrypts sessions (A256GCM: 32 bytes); `forms` signs the tokens in forms."""

    cookie: bytes
    forms: bytes


def fetch_secret(arn: str) -> str:
    """Reads a secret from Secrets Manager.

    Raises botocore's ClientError or BotoCoreError if it cannot be read.
    """
    client = boto3.client("secretsmanager", config=_CONFIG)
    return str(client.get_secret_value(SecretId=arn)["SecretString"])


def derive_session_keys(secret: str) -> SessionKeys:
    return SessionKeys(cookie=_derive(secret, "session cookie"), forms=_derive(secret, "forms"))


def _derive(secret: str, purpose: str) -> bytes:
    """HKDF (RFC 5869): the key of one purpose reveals nothing about the key of another."""
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode())
    return derivation.derive(secret.encode())
