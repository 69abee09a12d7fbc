"""Runs a function under AWS's runtime client, with output that a full disk does not break.

Runs by its path, in Lambda's environment: `python local/lambda_runtime/bootstrap.py handler`.
"""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Leaves the import path as `python -m awslambdaric` has it, which starts with the bundle."""
    sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)
    from local.lossy_output import drop_output_if_disk_is_full

    drop_output_if_disk_is_full()
    sys.path[0] = str(Path.cwd())
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
