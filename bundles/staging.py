"""How a bundle is put together in a folder: its own code beside its pinned wheels.

Standard library only. The same inputs give the same folder, on any machine.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bundles.requirements import package_name, read_requirements

ROOT = Path(__file__).resolve().parent.parent
STAGED = ROOT / "build" / "bundles"

LAMBDA_PYTHON = "3.12"
# Lambda runs Amazon Linux 2023 (glibc 2.34); newer numpy and Pillow have no older wheels.
LAMBDA_PLATFORM = "x86_64-manylinux_2_28"

# The Lambda runtime brings these; shipping them again costs 15 MB and cold-start time.
_IN_RUNTIME = frozenset({"boto3", "botocore", "s3transfer"})
# Tests and samples inside wheels, and scripts that name the machine's Python in their first line.
_NOT_SHIPPED = frozenset(
    {".lock", "bin", "charset_files", "conftest.py", "palettes", "tests"}
    | {"test_cases.py", "test_files", "testdata"}
)
# A running stack may still serve from a folder that a newer one has replaced.
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """`folders` keep their names and are the import roots; `files` map a place in the bundle to
    its source; `omit` names requirements that are not shipped; `parts` names, for folders that
    wheels bring, the files directly in them that are; sizes are unpacked.
    """

    name: str
    folders: tuple[str, ...]
    max_megabytes: int
    files: Mapping[str, str] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def requirements(self) -> Path:
        return ROOT / "requirements" / f"{self.name}.txt"


def stage_for_lambda(bundle: Bundle) -> Path:
    """The folder of the bundle, built for AWS."""
    options = ["--python-version", LAMBDA_PYTHON, "--python-platform", LAMBDA_PLATFORM]
    return _stage(bundle, target="lambda", options=options)


def stage_for_this_machine(bundle: Bundle) -> Path:
    """The folder of the bundle, built for the running interpreter."""
    target = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return _stage(bundle, target=target, options=["--python", sys.executable])


def fingerprint(bundle: Bundle) -> str:
    """A hash of all that goes in: the same inputs give the same bundle."""
    digest = hashlib.sha256()
    for place, source in sorted(_contents(bundle)):
        digest.update(f"{place}\0".encode() + source.read_bytes() + b"\0")
    digest.update(_wheels(bundle).encode())
    return digest.hexdigest()


def _stage(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    """Wheels and code are staged apart, so that a change of code installs nothing again."""
    wheels = _install(bundle, target=target, options=options)
    folder = STAGED / f"{bundle.name}-{target}-{fingerprint(bundle)[:16]}"
    if not folder.exists():
        partial = _partial(folder)
        shutil.copytree(wheels, partial, copy_function=_link, dirs_exist_ok=True)
        for place, source in _contents(bundle):
            (partial / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial / place)
        _finish(partial, folder)
    _forget_others(folder)
    return folder


def _install(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    digest = hashlib.sha256(f"{target}\n{_wheels(bundle)}".encode()).hexdigest()
    folder = STAGED / f"wheels-{bundle.name}-{target}-{digest[:16]}"
    if not folder.exists():
        partial = _partial(folder)
        listed = partial.with_suffix(".txt")
        listed.write_text("\n".join(_pins(bundle)))
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
        command = [*uv, *options, "--only-binary", ":all:", "--target", str(partial)]
        subprocess.run([*command, "-r", str(listed)], check=True)
        listed.unlink()
        _trim(partial, bundle.parts)
        _finish(partial, folder)
    _forget_others(folder)
    return folder


def _pins(bundle: Bundle) -> list[str]:
    omitted = _IN_RUNTIME | bundle.omit
    entries = read_requirements(bundle.requirements)
    return [entry for entry in entries if package_name(entry) not in omitted]


def _wheels(bundle: Bundle) -> str:
    """All that decides what comes out of the wheels."""
    return "\n".join([*_pins(bundle), str(sorted(_NOT_SHIPPED)), str(sorted(bundle.parts.items()))])


def _contents(bundle: Bundle) -> Iterator[tuple[str, Path]]:
    for folder in bundle.folders:
        for source in sorted((ROOT / folder).rglob("*")):
            if source.is_file() and "__pycache__" not in source.parts:
                yield str(source.relative_to(ROOT)), source
    for place, path in bundle.files.items():
        yield place, ROOT / path


def _partial(folder: Path) -> Path:
    """A folder of this process's own: two that stage the same bundle do not meet."""
    STAGED.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"partial-{folder.name}-", dir=STAGED))
    partial.chmod(0o755)  # mkdtemp keeps others out, and Lambda reads as another user.
    return partial


def _finish(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        shutil.rmtree(partial)
        if not folder.exists():
            raise


def _link(source: str, target: str) -> None:
    """Wheels are never written to, so staging them again takes no room."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _trim(folder: Path, parts: Mapping[str, tuple[str, ...]]) -> None:
    for path in sorted(folder.rglob("*")):
        if path.name in _NOT_SHIPPED and path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, shipped in parts.items():
        for path in (folder / name).glob("*.*"):
            if path.is_file() and not any(path.match(pattern) for pattern in shipped):
                path.unlink()


def _forget_others(folder: Path) -> None:
    """Removes what stood here before, once it has not been used for a day."""
    os.utime(folder)
    name = folder.name.rsplit("-", 1)[0]
    for other in STAGED.glob(f"*{name}-*"):
        if time.time() - other.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
