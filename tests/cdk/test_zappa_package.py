"""Our bundle of the page holds the same files as Zappa's package, and is reproducible.

Zappa's zip holds the build's time and user and a random id, so two zips always differ. We do not
ship it; where this machine can package it, its files are compared with ours one by one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bundles.bundle_contents import ROOT, UI
from bundles.staging import LAMBDA_PLATFORM, LAMBDA_PYTHON, stage_for_lambda
from languages.catalogues import COMPILED, SCRIPT_TEXTS

# Files of the installer, and the settings, whose values are compared instead.
NOTES = re.compile(r".*\.dist-info/(RECORD|INSTALLER|REQUESTED)|zappa_settings\.py")
# Zappa leaves out all archives; nothing here uses dateutil's own copy of the time zones.
LEFT_OUT = {"dateutil/zoneinfo/dateutil-zoneinfo.tar.gz"}
# npm builds the decoder of films for our bundle alone.
DECODER = "ui/static/decoder/"
# The runtime brings the SDK; Zappa's command line and pip run on the machine that packages.
ONLY_IN_ZAPPAS = {
    *("boto3", "botocore", "s3transfer"),
    *("_yaml", "argcomplete", "cfn_clean", "cfn_flip", "cfn_tools", "hjson", "placebo", "slugify"),
    *("text_unidecode", "toml", "tqdm", "troposphere", "yaml"),
    *("_distutils_hack", "distutils-precedence.pth", "pip", "setuptools", "wheel"),
    *("_virtualenv.pth", "_virtualenv.py"),
    # A copy of zappa/handler.py, the settings of the package, and its build's time and user.
    *("handler.py", "package_info.json", "zappa_settings.json", "__init__.py", "__pycache__"),
}
# Zappa's handler works without these: background tasks, settings in S3, more text types.
UNUSED = {"ADDITIONAL_TEXT_MIMETYPES", "ASYNC_RESPONSE_TABLE", "SETTINGS_FILE"}

SETTINGS = {
    "app_function": "ui.wsgi.app",
    "project_name": "chest-xray-ui",
    "runtime": f"python{LAMBDA_PYTHON}",
    "aws_region": "us-east-1",
    "s3_bucket": "none",
    "manage_roles": False,
    "keep_warm": False,
    "debug": False,
    "log_level": "INFO",
    # Packages as installed: otherwise Zappa downloads other builds of the same versions.
    "use_precompiled_packages": False,
}


def _interpreter() -> str | None:
    """A Python of the runtime's version: the running one, one on the path, or one of pyenv."""
    pyenv = Path.home().glob(f".pyenv/versions/{LAMBDA_PYTHON}.*/bin/python")
    for candidate in filter(None, (sys.executable, shutil.which(f"python{LAMBDA_PYTHON}"), *pyenv)):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        result = subprocess.run([str(candidate), "-c", code], capture_output=True, text=True)
        if result.stdout.strip() == LAMBDA_PYTHON:
            return str(candidate)
    return None


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The zip that `zappa package` makes in a clean folder, with a clean environment."""
    interpreter = _interpreter()
    if sys.platform != "linux" or os.uname().machine != "x86_64" or interpreter is None:
        pytest.skip(f"Zappa packages on Linux x86-64 with Python {LAMBDA_PYTHON} only")
    folder = tmp_path_factory.mktemp("page")
    home = tmp_path_factory.mktemp("zappa")
    environment = home / "environment"
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--quiet", "--python", interpreter, str(environment)])
    install = [*uv, "pip", "install", "--quiet", "--no-deps", "-r", str(UI.requirements)]
    python = ["--python", str(environment / "bin" / "python")]
    _run([*install, *python, "--python-platform", LAMBDA_PLATFORM])
    for unit in UI.folders:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / unit, folder / unit, ignore=ignore)
    (folder / "zappa_settings.json").write_text(json.dumps({"page": SETTINGS}))
    variables = {
        "HOME": str(home),
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        "VIRTUAL_ENV": str(environment),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    zappa = [str(environment / "bin" / "zappa"), "package", "page", "-o", "page.zip"]
    _run(zappa, cwd=folder, env=variables)
    with zipfile.ZipFile(folder / "page.zip") as package:
        yield package
    shutil.rmtree(environment)


@pytest.fixture(scope="module")
def ours() -> dict[str, Path]:
    """The files of our bundle by their paths in it."""
    folder = stage_for_lambda(UI)
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in files}


def test_every_file_of_ours_is_in_zappas_package_byte_for_byte(
    package: zipfile.ZipFile, ours: dict[str, Path]
) -> None:
    names = set(package.namelist())
    shipped = [name for name in ours if not NOTES.fullmatch(name)]
    missing = {name for name in shipped if name not in names}
    # Without them the page compiles its catalogues when it loads them.
    built = {name for name in missing if name.endswith((COMPILED, SCRIPT_TEXTS))}
    assert {name for name in missing - built if not name.startswith(DECODER)} == LEFT_OUT
    differing = [n for n in shipped if n in names and package.read(n) != ours[n].read_bytes()]
    assert differing == []


def test_zappas_package_has_only_its_tools_and_the_sdk_beyond_ours(
    package: zipfile.ZipFile, ours: dict[str, Path]
) -> None:
    tops = {name.split("/")[0] for name in package.namelist()}
    own_tops = {name.split("/")[0] for name in ours}
    beyond = {_package(top) for top in tops - own_tops}
    assert beyond <= ONLY_IN_ZAPPAS


def test_the_handler_is_zappas_own(package: zipfile.ZipFile, ours: dict[str, Path]) -> None:
    assert package.read("handler.py") == ours["zappa/handler.py"].read_bytes()


def test_the_settings_say_what_zappa_would_write(
    package: zipfile.ZipFile, ours: dict[str, Path]
) -> None:
    written: dict[str, Any] = {}
    staged: dict[str, Any] = {}
    exec(package.read("zappa_settings.py"), written)
    exec(ours["zappa_settings.py"].read_text(), staged)
    same = written.keys() & staged.keys() - {"__builtins__"}
    assert {name for name in written if name.isupper()} - staged.keys() == UNUSED
    assert {name for name in same if written[name] != staged[name]} == {
        "API_STAGE",  # No address begins with it: the prefix comes from PUBLIC_URL.
        "ENVIRONMENT_VARIABLES",  # The function's own.
    }


def test_two_packages_of_zappa_are_never_alike(package: zipfile.ZipFile) -> None:
    info = json.loads(package.read("package_info.json"))
    assert {"uuid", "build_time", "build_user"} <= info.keys()


def _package(top: str) -> str:
    """The package of a `.dist-info` folder; the two names may differ a little."""
    name = re.sub(r"-[\d.]+(post\d+)?\.dist-info$", "", top)
    return {"python_slugify": "slugify", "pyyaml": "yaml"}.get(name, name)


def _run(command: list[str], **options: Any) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert result.returncode == 0, result.stdout + result.stderr
