"""The password of Redis, read from Secrets Manager each time a connection is made."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


class RedisCredentials(CredentialProvider):
    """A rotated token reaches every function without a restart."""

    def __init__(self, secrets: "SecretsManagerClient", secret_arn: str) -> None:
        self._secrets = secrets
        self._secret_arn = secret_arn

    def get_credentials(self) -> tuple[str]:
        """Raises AuthenticationError where the secret cannot be read, as redis does itself where a
        token is wrong: the cache handles both as an outage.
        """
        try:
            secret = self._secrets.get_secret_value(SecretId=self._secret_arn)
        except (BotoCoreError, ClientError) as error:
            raise AuthenticationError("the token cannot be read") from error
        return (secret["SecretString"],)
