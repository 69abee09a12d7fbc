"""Every package is pinned with its hashes, and pip accepts what it may have to install."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bundles.requirements import package_name, parse_requirements, read_requirements
from tests.conftest import ROOT

# `ui` cannot be checked so: one of its packages is published as source only.
FILES_FOR_PIP = ("cloud", "job", "run", "sagemaker", "training")
FILES = sorted((ROOT / "requirements").glob("*.txt"))
# glibc 2.34 of Amazon Linux 2023 runs wheels for each older version; pip needs each by name.
GLIBC_TAGS = [f"_2_{minor}" for minor in range(34, 4, -1)] + ["2014", "2010", "1"]


def test_an_entry_keeps_the_hashes_of_its_continued_lines() -> None:
    text = "# a comment\none==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\ntwo==2.0\n"
    assert parse_requirements(text) == ["one==1.0 --hash=sha256:aa --hash=sha256:bb", "two==2.0"]


@pytest.mark.parametrize(
    "entry", ["moto[s3,sqs]==5.2.5", "moto==5.2.5 ; python_version < '3.13'", "moto", "moto>=5"]
)
def test_a_package_is_named_without_version_extras_and_marker(entry: str) -> None:
    assert package_name(entry) == "moto"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_package_has_one_version_and_a_hash(path: Path) -> None:
    entries = read_requirements(path)
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_address_of_a_registry_is_pinned(path: Path) -> None:
    assert "://" not in path.read_text()


def test_pip_accepts_the_packages_on_python_3_12(tmp_path: Path) -> None:
    """pip installs `job` in AWS's container. Unlike uv it obeys upper bounds of Requires-Python.

    All files at once: they pin the same versions, and pip names what it refuses. With hashes in the
    file pip would download each package as a whole; without them it reads the metadata, and reports
    the hash of each file that it would install.
    """
    entries = {
        entry
        for name in FILES_FOR_PIP
        for entry in read_requirements(ROOT / "requirements" / f"{name}.txt")
    }
    packages, report = tmp_path / "packages.txt", tmp_path / "report.json"
    packages.write_text("\n".join(entry.partition(" --hash=")[0] for entry in sorted(entries)))
    platforms = [f"--platform=manylinux{tag}_x86_64" for tag in GLIBC_TAGS]
    python = ["--python-version", "3.12", *platforms]
    options = ["--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:"]
    files = ["--report", str(report), "--target", str(tmp_path), "--requirement", str(packages)]
    result = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *options, *python, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    hashes = {
        each["download_info"]["archive_info"]["hashes"]["sha256"]
        for each in json.loads(report.read_text())["install"]
    }
    assert hashes
    assert hashes <= {value for entry in entries for value in entry.split(" --hash=sha256:")[1:]}
