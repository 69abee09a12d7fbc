"""Finds dcmtk, whose drawings some tests compare with ours, or installs it.

`python -m local.cli.dcmtk`
"""

import argparse
import shutil
import sys

from local.cli.apt import install_by_apt

_NOT_INSTALLED = (
    "dcmtk could not be installed, so the tests that draw with it are skipped. Install it (Debian: "
    "apt install dcmtk; macOS: brew install dcmtk) to run them."
)


def find_dcmtk() -> str | None:
    """Returns the program that draws a DICOM file, which has a new name from dcmtk 3.6.9 on."""
    return shutil.which("dcm2img") or shutil.which("dcmj2pnm")


def main() -> int:
    """Returns 0, with a sentence on stderr if there is no dcmtk."""
    argparse.ArgumentParser(prog="python -m local.cli.dcmtk", description=__doc__).parse_args()
    if not (find_dcmtk() or install_by_apt("dcmtk")):
        print(_NOT_INSTALLED, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
