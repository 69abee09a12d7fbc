"""Reads the names and addresses of the system that runs with a data folder."""

import json

import requests

from bundles.function_definitions import Resources
from local.errors import NotRunningError
from local.settings import Settings


def read_resources(settings: Settings) -> Resources:
    """The addresses that the running system has written. Raises NotRunningError."""
    try:
        fields = json.loads((settings.folder / "resources.json").read_text())
        requests.get(f"{settings.aws_url}/moto-api/config", timeout=5).raise_for_status()
        return Resources(**fields)
    except (OSError, TypeError, ValueError) as error:
        raise NotRunningError(
            f"No system runs with the data in {settings.folder}. Start it first: make run"
        ) from error
