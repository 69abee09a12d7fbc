"""Stages a bundle in a folder: its own code beside its pinned wheels.

The same inputs give the same folder, on any machine. Each file of a wheel has the hash that the
wheel records of it, whenever a bundle is staged.
"""

import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePath

from bundles.bundle_contents import ROOT, Bundle
from bundles.film_decoder import DecoderBuildError, build_film_decoder
from bundles.requirements import package_name, read_requirements
from bundles.translations import compile_translations
from bundles.wheel_records import find_changed_files

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
# Hard links into the package cache would change with it.
_INSTALL_OPTIONS = (
    "--no-deps",
    "--link-mode",
    "copy",
    "--require-hashes",
    "--only-binary",
    ":all:",
)
# A running local system may still use a folder that a newer one has replaced.
_MAX_UNUSED_SECONDS = 24 * 3600


class StagingError(Exception):
    """The files of a wheel are not those that its author built, or a file could not be built."""


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
    folder = STAGED / f"{bundle.name}-{target}-{_bundle_hash(bundle)[:16]}"
    if not _is_intact(folder, bundle) or _differs_from_sources(folder, bundle):
        shutil.rmtree(folder, ignore_errors=True)
        wheels = _install_wheels(bundle, target=target, options=options)
        partial = _create_partial(folder)
        shutil.copytree(wheels, partial, dirs_exist_ok=True)
        for path, source in _source_files(bundle):
            (partial / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial / path)
        _publish(partial, folder)
    _remove_unused_versions(folder)
    return folder


def _install_wheels(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    digest = hashlib.sha256(f"{target}\n{_wheels_key(bundle)}".encode()).hexdigest()
    folder = STAGED / f"wheels-{bundle.name}-{target}-{digest[:16]}"
    if not _is_intact(folder, bundle):
        shutil.rmtree(folder, ignore_errors=True)
        partial = _create_partial(folder)
        _run_installer(bundle, partial, options)
        if _changed_files(partial, bundle):  # A file in the package cache was changed.
            _run_installer(bundle, partial, [*options, "--no-cache", "--reinstall"])
        if changed := _changed_files(partial, bundle):
            shutil.rmtree(partial)
            raise StagingError(
                f"Packages of {bundle.name} are damaged: {', '.join(changed[:5])} are not as their "
                "wheels record them, even without the package cache. Nothing was staged."
            )
        _remove_unshipped_files(partial, bundle)
        _publish(partial, folder)
    _remove_unused_versions(folder)
    return folder


def _run_installer(bundle: Bundle, folder: Path, options: list[str]) -> None:
    """Raises CalledProcessError."""
    requirements = folder.with_suffix(".txt")
    requirements.write_text("\n".join(_shipped_requirements(bundle)))
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", *_INSTALL_OPTIONS]
    command = [*uv, *options, "-r", str(requirements), "--target", str(folder)]
    subprocess.run(command, check=True)
    requirements.unlink()


def _is_intact(folder: Path, bundle: Bundle) -> bool:
    return folder.exists() and not _changed_files(folder, bundle)


def _changed_files(folder: Path, bundle: Bundle) -> list[str]:
    return find_changed_files(folder, is_shipped=lambda path: _is_shipped(path, bundle))


def _differs_from_sources(folder: Path, bundle: Bundle) -> bool:
    names = [(folder / path, source) for path, source in _source_files(bundle)]
    return any(
        not path.is_file() or not filecmp.cmp(path, source, shallow=False) for path, source in names
    )


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
    return "\n".join([*_shipped_requirements(bundle), *filters, *_INSTALL_OPTIONS])


def _source_files(bundle: Bundle) -> Iterator[tuple[str, Path]]:
    """Each file of our own, with its path in the bundle."""
    for folder in bundle.folders:
        for source in sorted((ROOT / folder).rglob("*")):
            relative = source.relative_to(ROOT)
            if source.suffix == ".po":
                files = compile_translations(source)
                yield from ((str(relative.with_name(name)), file) for name, file in files.items())
            elif source.is_file() and "__pycache__" not in source.parts:
                yield str(relative), source
    for path, source_path in bundle.files.items():
        yield path, ROOT / source_path
    if bundle.decoder_folder:
        try:
            decoder = build_film_decoder()
        except DecoderBuildError as error:
            raise StagingError(str(error)) from error
        yield from ((f"{bundle.decoder_folder}/{name}", path) for name, path in decoder.items())


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


def _is_shipped(path: str, bundle: Bundle) -> bool:
    """True for a file of a wheel, with its path in the bundle, that the bundle needs."""
    file = PurePath(path)
    patterns = bundle.package_files.get(str(file.parent))
    if patterns is not None and file.suffix and not any(map(file.match, patterns)):
        return False
    return not _NOT_SHIPPED.intersection(file.parts)


def _remove_unshipped_files(folder: Path, bundle: Bundle) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):  # Files come before their folders.
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not _is_shipped(str(path.relative_to(folder)), bundle):
            path.unlink()


def _remove_unused_versions(folder: Path) -> None:
    """Removes folders of the same bundle that have not been used for a day."""
    os.utime(folder)
    name = folder.name.rsplit("-", 1)[0]
    for other in STAGED.glob(f"*{name}-*"):
        if time.time() - other.stat().st_mtime > _MAX_UNUSED_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
