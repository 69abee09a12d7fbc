"""The command-line options that choose a stage, shared by the commands of this package."""

import argparse


def add_stage_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stage", default="dev", help="dev, prod, or local for `make run` (default: dev)"
    )
    parser.add_argument(
        "--region", help="region of the stage (default: that of the AWS settings, else us-east-1)"
    )
