"""Lets a version answer, or the one before again.

`python -m training.promote VERSION --stage dev`, `python -m training.promote --back --stage dev`.
The endpoint goes first, where there is one, and rolls back by itself when an alarm rings; then the
pointer is moved, and screening follows within half a minute.
"""

import argparse
import sys

from training.cloud import Cloud, CloudError, find, said_in_words
from training.endpoint import serve
from training.errors import TrainingError
from training.options import add_stage
from training.registry import Approval, Registry
from training.releases import ARCHIVE, Releases


def main() -> int:
    chosen = _parser().parse_args()
    try:
        cloud = find(chosen.stage, region=chosen.region)
        with said_in_words():
            version = _before(cloud) if chosen.back else chosen.version
            promote(cloud, version, reason=chosen.approve)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "Stopped. An endpoint that has begun to change goes on; the same command takes up "
            "where this one ended.",
            file=sys.stderr,
        )
        return 130
    return 0


def promote(cloud: Cloud, version: str, *, reason: str = "") -> None:
    """Nothing is done to patients' answers before the last step. Raises CloudError."""
    releases = Releases(cloud)
    releases.require(version, for_endpoint=bool(cloud.place.endpoint_name))
    _require_approval(Registry(cloud), version, reason=reason, stage=cloud.place.stage)
    if cloud.place.endpoint_name:
        print(f"{cloud.place.endpoint_name} changes to {version}; this takes some minutes …")
        serve(cloud, version, archive=releases.address(version, ARCHIVE))
    pointer = releases.point(version)
    print(f"{pointer.model_version} answers in {cloud.place.stage}", end="")
    print(f"; before it {pointer.previous}" if pointer.previous else "")


def _before(cloud: Cloud) -> str:
    pointer = Releases(cloud).pointer()
    if pointer is None or not pointer.previous:
        raise CloudError(f"No other version has answered in {cloud.place.stage} yet.")
    return pointer.previous


def _require_approval(registry: Registry, version: str, *, reason: str, stage: str) -> None:
    """A version without a package came with a deploy, which was somebody's decision, too."""
    package = registry.find(version)
    if package is None or package.approval is Approval.APPROVED:
        return
    if not reason:
        raise CloudError(
            f"{version} is not approved in {stage} ({package.approval}). Read its card, then: "
            f'python -m training.promote {version} --stage {stage} --approve "why"'
        )
    registry.approve(package, reason)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.promote",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("version", nargs="?", help="a registered version, such as baseline-fa9c7e7f")
    which.add_argument("--back", action="store_true", help="the version that answered before")
    add_stage(parser)
    parser.add_argument("--approve", default="", metavar="WHY", help="approve the version as well")
    return parser


if __name__ == "__main__":
    sys.exit(main())
