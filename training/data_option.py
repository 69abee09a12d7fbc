"""The option that names the folder of the data set, which several commands have."""

import argparse
import os
from pathlib import Path


def add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("XRAY_DATA", "../shared/data")),
        help="folder of the data set (default: XRAY_DATA, else ../shared/data)",
    )
