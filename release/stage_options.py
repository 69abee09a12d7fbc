"""The command-line options that choose a stage, shared by the commands of this package."""

import argparse


def add_stage_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stage", default="dev", help="dev or prod; local is `make run` (dev)")
    parser.add_argument("--region", help="default: that of the AWS settings, else us-east-1")
