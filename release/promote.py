"""Lets a version answer, or the one before again.

`python -m training.promote VERSION --stage dev`, `python -m training.promote --back --stage dev`.
A new version goes to the endpoint first, where there is one, which rolls back by itself when an
alarm rings; then the pointer is moved, and screening follows within half a minute. On the way back
the pointer is first.
"""

import argparse
import sys

from botocore.exceptions import ClientError

from contracts.model_layout import ARCHIVE_FILE
from release.account import Cloud, CloudError, find, said_in_words
from release.endpoint import serve, serves
from release.model_registry import Approval, Registry
from release.models_bucket import Releases
from release.options import add_stage
from training.errors import TrainingError


def main() -> int:
    chosen = _parser().parse_args()
    try:
        cloud = find(chosen.stage, region=chosen.region)
        with said_in_words():
            if chosen.back:
                go_back(cloud)
            else:
                promote(cloud, chosen.version, reason=chosen.approve)
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
    _require_approval(cloud, releases, version, reason=reason)
    _change_endpoint(cloud, version)
    pointer = releases.point(version)
    print(f"{pointer.model_version} answers in {cloud.place.stage}", end="")
    print(f"; before it {pointer.previous}" if pointer.previous else "")


def go_back(cloud: Cloud) -> None:
    """The pointer first: within half a minute the version before answers, by the CPU model until
    the endpoint has it. Raises CloudError.
    """
    releases = Releases(cloud)
    pointer = releases.pointer()
    is_ahead = pointer and _endpoint_is_ahead(cloud, releases, pointer.model_version)
    if pointer is None or not (pointer.previous or is_ahead):
        raise CloudError(
            f"No version before is known in {cloud.place.stage}. Name one: "
            "python -m training.promote VERSION"
        )
    if is_ahead:
        # A way on or back that ended half-way: the pointer is right, the endpoint has to follow.
        version = pointer.model_version
    else:
        version = pointer.previous
        releases.require(version, for_endpoint=bool(cloud.place.endpoint_name))
        releases.point(version, back=True)
    print(f"{version} answers in {cloud.place.stage}")
    try:
        _change_endpoint(cloud, version, guarded=False)
    except (CloudError, ClientError) as error:
        raise CloudError(
            f"{version} answers, by the CPU model, as the endpoint serves another version: {error} "
            "Start again, once that is mended."
        ) from error


def _endpoint_is_ahead(cloud: Cloud, releases: Releases, version: str) -> bool:
    """Not of one that cannot be asked: nothing may hold up the way back."""
    try:
        return serves(cloud) not in ("", releases.address(version, ARCHIVE_FILE))
    except ClientError:
        return False


def _change_endpoint(cloud: Cloud, version: str, *, guarded: bool = True) -> None:
    if cloud.place.endpoint_name:
        print(f"{cloud.place.endpoint_name} changes to {version}; this takes some minutes …")
        archive = Releases(cloud).address(version, ARCHIVE_FILE)
        serve(cloud, version, archive=archive, guarded=guarded)


def _require_approval(cloud: Cloud, releases: Releases, version: str, *, reason: str) -> None:
    """What a deploy brought was somebody's decision, too; and so was what answers or answered."""
    registry, stage = Registry(cloud), cloud.place.stage
    package = registry.find(version)
    if package is None:
        pointer = releases.pointer()
        known = (pointer.model_version, pointer.previous) if pointer else ()
        if version not in known and not releases.came_with_a_deploy(version):
            raise CloudError(
                f"{version} is in {stage}, but not in its register. Register it again: "
                "python -m training.register"
            )
    elif package.approval is Approval.REJECTED:
        raise CloudError(f"{version} was rejected in {stage}; the Model Registry says why.")
    elif package.approval is Approval.PENDING and not reason:
        raise CloudError(
            f"{version} is not approved in {stage} ({package.approval}). Read its card, then: "
            f'python -m training.promote {version} --stage {stage} --approve "why"'
        )
    elif package.approval is Approval.PENDING:
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
