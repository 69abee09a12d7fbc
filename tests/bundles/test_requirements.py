"""Every package is pinned with its hashes, and pip accepts what it may have to install."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bundles.requirements import package_name, parse_requirements, read_requirements
from tests.conftest import ROOT

# `ui` cannot be checked so: one of its packages is published as source only.
FILES_FOR_PIP = ("cloud", "jax", "job", "run", "sagemaker", "sbom", "screening", "training", "uv")
# A pin of `job`, and a later version of it, which is for Python 3.10 and older only.
ACCEPTED, REFUSED = "backports-strenum==1.2.8", "backports-strenum==1.3.1"
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


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    if _dry_run([ACCEPTED], tmp_path_factory.mktemp("registry")).returncode:
        pytest.skip("no package registry answers pip on this machine")


@pytest.mark.usefixtures("registry")
def test_pip_refuses_a_package_of_older_versions_of_python(tmp_path: Path) -> None:
    result = _dry_run([REFUSED], tmp_path)
    assert result.returncode
    assert "require a different python version" in result.stderr


@pytest.mark.usefixtures("registry")
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
    packages = sorted(entry.partition(" --hash=")[0] for entry in entries)
    assert ACCEPTED in packages
    result = _dry_run(packages, tmp_path)
    assert result.returncode == 0, result.stderr
    hashes = {
        each["download_info"]["archive_info"]["hashes"]["sha256"]
        for each in json.loads((tmp_path / "report.json").read_text())["install"]
    }
    assert hashes
    assert hashes <= {value for entry in entries for value in entry.split(" --hash=sha256:")[1:]}


def _dry_run(packages: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """What pip would install for Python 3.12, reported in `folder`."""
    requirements, report = folder / "packages.txt", folder / "report.json"
    requirements.write_text("\n".join(packages))
    platforms = [f"--platform=manylinux{tag}_x86_64" for tag in GLIBC_TAGS]
    python = ["--python-version", "3.12", *platforms]
    options = ["--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:"]
    files = ["--report", str(report), "--target", str(folder), "--requirement", str(requirements)]
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *options, *python, *files],
        capture_output=True,
        text=True,
        check=False,
    )
