"""Secrets of this machine: drawn once, kept with the data, and handed to moto at each start."""

import secrets

from local.aws.clients import client
from local.settings import Settings

SESSION = "session-secret"
REDIS = "redis-secret"


def kept(settings: Settings, name: str) -> str:
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
    manager = client("secretsmanager", settings.aws_url)
    made = manager.create_secret(Name=f"xray-{name}", SecretString=kept(settings, name))
    return str(made["ARN"])
