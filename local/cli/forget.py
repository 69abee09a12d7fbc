"""Deletes a radiograph's images and identity from the running system: `make forget ID=...`.

`python -m local.cli.forget RADIOGRAPH_ID`, with the data folder in XRAY_LOCAL_DIR. It runs the same
function as AWS, from its bundle, in a process of its own.
"""

import argparse
import json
import os
import sys
from typing import Any

from bundles.function_definitions import DELETE_RADIOGRAPH_FUNCTION
from local.cli.prepare import prepare
from local.errors import LocalError
from local.lambda_runtime import functions
from local.processes.group import Processes
from local.progress import Progress
from local.running_resources import read_resources
from local.settings import Settings, from_environment

# In AWS, the id of the operator's credentials stands here.
_BY = "operator"


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
    resources = read_resources(settings)
    folder = prepare(Progress())[DELETE_RADIOGRAPH_FUNCTION.bundle.name]
    environment = functions.build_environment(
        DELETE_RADIOGRAPH_FUNCTION, resources, settings, folder=folder
    )
    # A record of its own: the running system's record lists the processes that it ends.
    record = settings.folder / "forget-processes.json"
    processes = Processes(record=record, logs=settings.logs)
    pool = functions.build_pool(DELETE_RADIOGRAPH_FUNCTION, folder, environment, processes)
    try:
        event = {"radiograph_id": radiograph_id, "by": _BY}
        outcome = pool.invoke(json.dumps(event).encode())
    finally:
        pool.close()
        processes.stop_all()
    if outcome.failed:
        log = processes.log(DELETE_RADIOGRAPH_FUNCTION.name)
        raise LocalError(
            f"The deletion stopped half-way; see {log} for the reason. Run it again to continue."
        )
    answer: dict[str, Any] = json.loads(outcome.payload)
    return answer


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.forget", description=__doc__)
    parser.add_argument("radiograph_id", help="26 letters and digits, as in the page's address")
    return parser


if __name__ == "__main__":
    sys.exit(main())
