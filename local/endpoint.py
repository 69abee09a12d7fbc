"""The documented command `python -m local.endpoint`; the server is `local.sagemaker.endpoint`."""

import sys

from local.sagemaker.endpoint import main

if __name__ == "__main__":
    sys.exit(main())
