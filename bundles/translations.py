"""Compiles the catalogues of languages, which the bundles of page and API ship without sources."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bundles.bundle_contents import ROOT
from languages.catalogues import compile_catalogue

BUILT = ROOT / "build" / "translations"


def compile_translations(source: Path) -> Mapping[str, Path]:
    """Returns each file by its name, written once for each state of the source."""
    folder = BUILT / hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILT) as temporary:
            for name, content in compile_catalogue(source).items():
                (Path(temporary) / name).write_bytes(content)
            partial = shutil.copytree(temporary, f"{temporary}.complete")
        try:
            Path(partial).rename(folder)
        except OSError:  # Another process was faster.
            shutil.rmtree(partial)
    return {path.name: path for path in sorted(folder.iterdir())}
