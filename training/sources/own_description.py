"""What a hospital states of its own films, in options of `training.prepare` or in `about.json`."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from training.data.manifest import (
    DESCRIPTION_FILE,
    FOLDER,
    MAX_CHILD_AGE,
    NOT_STATED,
    DataError,
    check_description,
)
from training.sources.errors import SourceError

_NAME = "a folder of DICOM files with a label file, 224 x 224 pixels"
_OPTIONS = {"licence": "--licence", "credit": "--credit", "age_years": "--ages"}
_EXAMPLE = '--licence "internal, not to be passed on" --credit "Example Hospital" --ages 0-16'


def add_description_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "description of the films",
        "The model card repeats it. Needed at the first preparation, and stored in about.json.",
    )
    group.add_argument("--name", help=f"of the data set (default: {_NAME})")
    group.add_argument("--licence", help="under which conditions the films may be used")
    group.add_argument("--credit", help="whom to name as the source of the films")
    group.add_argument(
        "--ages",
        dest="age_years",
        type=_parse_ages,
        metavar="YOUNGEST-OLDEST",
        help=f"ages of the patients in years, such as 0-16; children, up to {MAX_CHILD_AGE}",
    )


def describe_own_films(arguments: argparse.Namespace, data: Path) -> dict[str, Any] | None:
    """Returns the description to write; None where `about.json` is there and no option changes it.

    Options come before the file. Raises SourceError where licence, credit or ages are stated
    nowhere, and for a file that is no description.
    """
    path = data / FOLDER / DESCRIPTION_FILE
    fields = _read_fields(path)
    changes = {name: getattr(arguments, name) for name in ("name", *_OPTIONS)}
    changes = {name: value for name, value in changes.items() if value}
    description = {"name": _NAME, **fields, **changes}
    missing = [
        option
        for name, option in _OPTIONS.items()
        if description.get(name) in (None, "", NOT_STATED)
    ]
    if missing:
        raise SourceError(
            f"Give {' and '.join(missing)}: the model card repeats licence, credit and ages of the "
            f"films, and nothing is trained without them. For example: {_EXAMPLE}"
        )
    try:
        check_description(description, path)
    except DataError as error:
        raise SourceError(str(error)) from error
    return description if description != fields else None


def _read_fields(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SourceError(
            f"{path} is no JSON in UTF-8: {error}. Correct it, or delete it and give {_EXAMPLE}"
        ) from error
    return fields if isinstance(fields, dict) else {}


def _parse_ages(text: str) -> list[int]:
    match = re.fullmatch(r"(\d{1,3})\s*-\s*(\d{1,3})", text.strip())
    ages = [int(age) for age in match.groups()] if match else []
    if not ages or not ages[0] <= ages[1] <= MAX_CHILD_AGE:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no youngest and oldest age of children, such as 0-16, up to "
            f"{MAX_CHILD_AGE} years"
        )
    return ages
