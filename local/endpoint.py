"""Runs `python -m local.endpoint`; the server is in `local.sagemaker.endpoint`."""

import sys

from local.sagemaker.endpoint import main

if __name__ == "__main__":
    sys.exit(main())
