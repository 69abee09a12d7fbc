"""Reads pinned requirements files, in which each package has a version and its hashes."""

import re
from pathlib import Path


def read_requirements(path: Path) -> list[str]:
    """The entries of a requirements file, each on one line without comments."""
    return parse_requirements(path.read_text())


def parse_requirements(text: str) -> list[str]:
    """Returns one line for each package; the file has a package's hashes on continued lines."""
    lines = (line.strip() for line in text.replace("\\\n", " ").splitlines())
    return [" ".join(line.split()) for line in lines if line and not line.startswith("#")]


def package_name(entry: str) -> str:
    """The name before version, extras and marker: `moto` of `moto[s3]==5.2.5 ; ...`."""
    return re.split(r"[\s\[=<>~!;@]", entry, maxsplit=1)[0]
