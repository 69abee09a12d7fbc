"""Stages a bundle in a folder: its own code beside its pinned wheels.

The same inputs give the same folder, on any machine.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bundles.bundle_contents import ROOT, Bundle
from bundles.requirements import package_name, read_requirements

STAGED = ROOT / "build" / "bundles"

LAMBDA_PYTHON = "3.12"
# Lambda runs Amazon Linux 2023 (glibc 2.34); newer numpy and Pillow have no older wheels.
LAMBDA_PLATFORM = "x86_64-manylinux_2_28"

# The Lambda runtime has these; shipping them again costs 15 MB and cold-start time.
_RUNTIME_PACKAGES = frozenset({"boto3", "botocore", "s3transfer"})
# Tests and samples inside wheels, and scripts that name this machine's Python in their first line.
_NOT_SHIPPED = frozenset(
    {".lock", "bin", "charset_files", "conftest.py", "palettes", "tests"}
    | {"test_cases.py", "test_files", "testdata"}
)
# A running local system may still use a folder that a newer one has replaced.
_MAX_UNUSED_SECONDS = 24 * 3600


def stage_for_lambda(bundle: Bundle) -> Path:
    """The folder of the bundle, built for AWS."""
    options = ["--python-version", LAMBDA_PYTHON, "--python-platform", LAMBDA_PLATFORM]
    return _stage(bundle, target="lambda", options=options)


def stage_for_this_machine(bundle: Bundle) -> Path:
    """The folder of the bundle, built for the running interpreter."""
    target = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return _stage(bundle, target=target, options=["--python", sys.executable])


def _stage(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    """Stages wheels and code in two steps, so that a change of code installs nothing again."""
    wheels = _install_wheels(bundle, target=target, options=options)
    folder = STAGED / f"{bundle.name}-{target}-{_bundle_hash(bundle)[:16]}"
    if not folder.exists():
        partial = _create_partial(folder)
        shutil.copytree(wheels, partial, copy_function=_link_or_copy, dirs_exist_ok=True)
        for path, source in _source_files(bundle):
            (partial / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial / path)
        _publish(partial, folder)
    _remove_unused_versions(folder)
    return folder


def _install_wheels(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    digest = hashlib.sha256(f"{target}\n{_wheels_key(bundle)}".encode()).hexdigest()
    folder = STAGED / f"wheels-{bundle.name}-{target}-{digest[:16]}"
    if not folder.exists():
        partial = _create_partial(folder)
        requirements = partial.with_suffix(".txt")
        requirements.write_text("\n".join(_shipped_requirements(bundle)))
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
        pinned = ["--require-hashes", "--only-binary", ":all:", "-r", str(requirements)]
        subprocess.run([*uv, *options, *pinned, "--target", str(partial)], check=True)
        requirements.unlink()
        _remove_unshipped_files(partial, bundle.package_files)
        _publish(partial, folder)
    _remove_unused_versions(folder)
    return folder


def _shipped_requirements(bundle: Bundle) -> list[str]:
    omitted = _RUNTIME_PACKAGES | bundle.excluded_packages
    entries = read_requirements(bundle.requirements)
    return [entry for entry in entries if package_name(entry) not in omitted]


def _bundle_hash(bundle: Bundle) -> str:
    digest = hashlib.sha256()
    for path, source in sorted(_source_files(bundle)):
        digest.update(f"{path}\0".encode() + source.read_bytes() + b"\0")
    digest.update(_wheels_key(bundle).encode())
    return digest.hexdigest()


def _wheels_key(bundle: Bundle) -> str:
    """Everything that decides which files of the wheels are staged."""
    filters = [str(sorted(_NOT_SHIPPED)), str(sorted(bundle.package_files.items()))]
    return "\n".join([*_shipped_requirements(bundle), *filters])


def _source_files(bundle: Bundle) -> Iterator[tuple[str, Path]]:
    """Each file of our own, with its path in the bundle."""
    for folder in bundle.folders:
        for source in sorted((ROOT / folder).rglob("*")):
            if source.is_file() and "__pycache__" not in source.parts:
                yield str(source.relative_to(ROOT)), source
    for path, source_path in bundle.files.items():
        yield path, ROOT / source_path


def _create_partial(folder: Path) -> Path:
    """A folder of this process only, because another may stage the same bundle at the same time."""
    STAGED.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"partial-{folder.name}-", dir=STAGED))
    partial.chmod(0o755)  # mkdtemp lets only its owner read, and Lambda runs as another user.
    return partial


def _publish(partial: Path, folder: Path) -> None:
    """Renames the complete folder, unless another process was faster."""
    try:
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial)
        if not folder.exists():
            raise


def _link_or_copy(source: str, target: str) -> None:
    """Hard links take no disk space; nothing writes to the files of wheels."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _remove_unshipped_files(folder: Path, package_files: Mapping[str, tuple[str, ...]]) -> None:
    for path in sorted(folder.rglob("*")):
        if path.name in _NOT_SHIPPED and path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, patterns in package_files.items():
        for path in (folder / name).glob("*.*"):
            if path.is_file() and not any(path.match(pattern) for pattern in patterns):
                path.unlink()


def _remove_unused_versions(folder: Path) -> None:
    """Removes folders of the same bundle that have not been used for a day."""
    os.utime(folder)
    name = folder.name.rsplit("-", 1)[0]
    for other in STAGED.glob(f"*{name}-*"):
        if time.time() - other.stat().st_mtime > _MAX_UNUSED_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
