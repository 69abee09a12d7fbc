"""The settings of the site whose operating point is tested, from options or from a file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.serialisation import parse
from contracts.sites import SiteSettings, parse_settings_version
from training.data.manifest import DataError


def read_site_settings(path: Path | None, changes: dict[str, Any]) -> SiteSettings | None:
    """Returns the settings of the file with the `changes`; None without both. Raises DataError.

    The file is a version of a site's settings as the facts bucket has it (`sites/SITE/N.json`), or
    an object with the fields of `SiteSettings`. Without a file, a prevalence is needed.
    """
    changes = {name: value for name, value in changes.items() if value is not None}
    if path is None and not changes:
        return None
    if path is None and "prevalence" not in changes:
        raise DataError(
            "Give the site's prevalence as well (--prevalence 0.1), or a file by --site-settings."
        )
    try:
        return replace(_parse(path), **changes) if path else SiteSettings(**changes)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise DataError(f"{path or 'The options'}: no settings of a site: {error}.") from error


def _parse(path: Path) -> SiteSettings:
    """Raises ValueError."""
    content = path.read_text()
    fields = json.loads(content)
    if isinstance(fields, dict) and "settings" in fields:
        return parse_settings_version(content).settings
    return parse(SiteSettings, fields, accept_later=True)
