"""Encrypts the records in Redis: they hold file names and notes, which may name a patient."""

import base64
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis.exceptions import AuthenticationError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

_KEY_BYTES = 32


class RecordCipher:
    """Fernet (AES-128-CBC with HMAC-SHA256), its key derived from a secret of its own.

    The secret is read once: after a rotation, functions that run with the former secret take what
    others wrote for absent and read the facts, until they start anew.
    """

    def __init__(self, secrets: "SecretsManagerClient", secret_arn: str) -> None:
        self._secrets = secrets
        self._secret_arn = secret_arn

    def encrypt(self, text: str) -> str:
        """Raises AuthenticationError of redis where the secret cannot be read."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Raises ValueError for what was not encrypted with this key; AuthenticationError as
        `encrypt` does.
        """
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise ValueError("not encrypted with this key") from error

    @cached_property
    def _fernet(self) -> Fernet:
        try:
            secret = self._secrets.get_secret_value(SecretId=self._secret_arn)["SecretString"]
        except (BotoCoreError, ClientError) as error:
            raise AuthenticationError("the key of the records cannot be read") from error
        derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"records")
        return Fernet(base64.urlsafe_b64encode(derivation.derive(secret.encode())))
