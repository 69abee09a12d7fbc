"""Secrets of this machine: created once, stored in the data folder, given to moto at each start."""

import secrets

from local.aws.clients import build_client
from local.settings import Settings

SESSION = "session-secret"
REDIS = "redis-secret"
RECORD_KEY = "record-key"
PAGE_KEY = "page-key"
SEARCH_KEY = "search-key"
SECRETS = (SESSION, REDIS, RECORD_KEY, PAGE_KEY, SEARCH_KEY)

# moto ends the ARN of a secret with the value of this tag instead of random letters.
_CUSTOM_ID_TAG = "_custom_id_"
_ARN_SUFFIX = "local1"


def read_or_create_secret(settings: Settings, name: str) -> str:
    """Returns the same value at each start; only the user who starts the system may read the file.

    Redis needs its token before moto runs, so this does not go through Secrets Manager.
    """
    path = settings.data / name
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48))
        partial.rename(path)
    return path.read_text()


def publish_secret(settings: Settings, name: str) -> str:
    """Stores the secret in Secrets Manager, where the functions read it, and returns its ARN.

    The ARN is the same each time, because the functions still have it when moto was started again.
    """
    manager = build_client("secretsmanager", settings.aws_url)
    try:
        secret = manager.create_secret(
            Name=f"xray-{name}",
            SecretString=read_or_create_secret(settings, name),
            Tags=[{"Key": _CUSTOM_ID_TAG, "Value": _ARN_SUFFIX}],
        )
    except manager.exceptions.ResourceExistsException:
        secret = manager.describe_secret(SecretId=f"xray-{name}")
    return str(secret["ARN"])
