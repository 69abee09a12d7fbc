"""Secrets of this machine: drawn once, kept with the data, and handed to moto at each start."""

import secrets

from local.aws.clients import build_client
from local.settings import Settings

SESSION = "session-secret"
REDIS = "redis-secret"


def read_or_create_secret(settings: Settings, name: str) -> str:
    """The same at each start; only the person who starts the system may read its file."""
    path = settings.data / name
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48))
        partial.rename(path)
    return path.read_text()


def make_secret(settings: Settings, name: str) -> str:
    """Puts it where the functions read it, and returns its ARN."""
    manager = build_client("secretsmanager", settings.aws_url)
    made = manager.create_secret(
        Name=f"xray-{name}", SecretString=read_or_create_secret(settings, name)
    )
    return str(made["ARN"])
