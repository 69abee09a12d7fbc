"""Deletes a radiograph's images and identity from the running system: `make forget ID=...`.

`python -m local.cli.forget RADIOGRAPH_ID`, with the data folder in XRAY_LOCAL_DIR. It runs the same
function as AWS, from its bundle, in a process of its own.
"""

import argparse
import os
import sys
from typing import Any

from bundles.function_definitions import DELETE_RADIOGRAPH_FUNCTION
from local.cli.function_call import call_function
from local.cli.site_command import OPERATOR
from local.errors import LocalError
from local.settings import Settings, from_environment


def main() -> int:
    """Returns 0 after a complete deletion, 1 otherwise, and 2 for a wrong setting."""
    arguments = _parser().parse_args()
    try:
        deletion = delete_radiograph(from_environment(os.environ), arguments.radiograph_id)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    print(deletion["detail"])
    return 0 if deletion["is_complete"] else 1


def delete_radiograph(settings: Settings, radiograph_id: str) -> dict[str, Any]:
    """The function's answer. Raises NotRunningError, and LocalError if the function fails."""
    event = {"radiograph_id": radiograph_id, "by": OPERATOR}
    failure = "The deletion stopped half-way. Run it again to continue."
    return call_function(settings, DELETE_RADIOGRAPH_FUNCTION, event, failure=failure)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.forget", description=__doc__)
    parser.add_argument("radiograph_id", help="26 letters and digits, as in the page's address")
    return parser


if __name__ == "__main__":
    sys.exit(main())
