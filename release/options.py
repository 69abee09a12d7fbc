"""The options that the commands for a stage share."""

import argparse


def add_stage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stage", default="dev", help="dev or prod; local is `make run` (dev)")
    parser.add_argument("--region", help="default: that of the AWS settings, else us-east-1")
