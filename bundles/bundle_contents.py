"""What ships in each Lambda bundle: folders, pinned packages, and their largest size."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from languages.catalogues import Catalogues

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """`folders` keep their names and are the roots of the imports. Sizes are unpacked.

    `files` map a path in the bundle to its source. `excluded_packages` are pinned but not shipped.
    `package_files` map a folder that a wheel installs to patterns of the files that ship of it.
    `decoder_folder` is where the decoder of original films goes, if the bundle has it.
    """

    name: str
    folders: tuple[str, ...]
    max_megabytes: int
    files: Mapping[str, str] = field(default_factory=dict)
    excluded_packages: frozenset[str] = frozenset()
    package_files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decoder_folder: str | None = None

    @property
    def requirements(self) -> Path:
        return ROOT / "requirements" / f"{self.name}.txt"


_LANGUAGES = sorted({code.partition("_")[0] for code in Catalogues().codes})
# The parts of imagecodecs that decode medical formats and deep PNGs; the whole package has 80 MB of
# codecs.
_IMAGECODECS_FILES = {
    "imagecodecs": (
        "__init__.py",
        "*imagecodecs.py",
        "_shared*",
        "_jpeg8.*",
        "_jpegls.*",
        "_jpeg2k.*",
        "_png.*",
    ),
    "imagecodecs.libs": ("libjpeg-*", "libcharls-*", "libopenjp2-*", "liblcms2-*", "libpng*"),
}
# Without the compiled parts and their sources, which take 18 MB: fontTools has the same in Python.
_FONTTOOLS_FILES = {
    f"fontTools/{folder}": ("*.py",)
    for folder in ("cu2qu", "feaLib", "misc", "pens", "qu2cu", "varLib")
}
# The dates and numbers of the languages that the page has, of the 1,000 that Babel knows, in 32 MB.
_BABEL_FILES = {
    "babel/locale-data": (
        "root.dat",
        *(f"{language}{end}" for language in _LANGUAGES for end in (".dat", "_*.dat")),
    )
}
# Zappa's command line needs these; its handler does not.
_ZAPPA_CLI_PACKAGES = frozenset(
    {"argcomplete", "cfn-flip", "hjson", "pip", "placebo", "python-slugify"}
    | {"pyyaml", "setuptools", "text-unidecode", "toml", "tqdm", "troposphere", "wheel"}
)

API = Bundle(
    name="api",
    folders=("contracts", "lambdas", "languages", "screening", "storage"),
    max_megabytes=75,
    package_files={**_FONTTOOLS_FILES, **_BABEL_FILES},
)
SCREENING = Bundle(
    name="screening",
    folders=("contracts", "lambdas", "screening", "storage"),
    max_megabytes=220,
    package_files=_IMAGECODECS_FILES,
)
UI = Bundle(
    name="ui",
    folders=("contracts", "languages", "ui"),
    max_megabytes=40,
    files={"zappa_settings.py": "ui/zappa_settings.py"},
    excluded_packages=_ZAPPA_CLI_PACKAGES,
    package_files=_BABEL_FILES,
    decoder_folder="ui/static/decoder",
)
CANARY = Bundle(
    name="canary",
    folders=("canary", "contracts", "lambdas", "phantoms"),
    max_megabytes=120,
)
BUNDLES = (API, SCREENING, CANARY, UI)
