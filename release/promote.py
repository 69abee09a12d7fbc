"""Makes a registered version the one that answers in a stage, or rolls back to the one before.

`python -m training.promote VERSION --stage dev`, `python -m training.promote --back --stage dev`.
A promotion first updates the endpoint, where there is one; SageMaker undoes the update if an alarm
rings. Then it moves the pointer, and screening follows within half a minute. A rollback moves the
pointer first.
"""

import argparse

from botocore.exceptions import ClientError

from contracts.model_layout import ARCHIVE_FILE
from release.endpoint import read_archive_url, update_endpoint
from release.endpoint_schedule import update_scheduled_endpoint
from release.gate_requirement import require_gate
from release.model_registry import Approval, ModelPackage, ModelRegistry
from release.models_bucket import StageModelsBucket
from release.site_calibrations import describe_outdated
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from training.command import run_command


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(
        lambda: _move(arguments),
        interruption="An endpoint that has begun to change goes on; the same command goes on where "
        "this one ended.",
    )


def _move(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    with explain_aws_errors():
        if arguments.back:
            roll_back(account)
        else:
            promote(
                account,
                arguments.version,
                approval_reason=arguments.approve,
                override_reason=arguments.without_gate,
            )


def promote(
    account: StageAccount, version: str, *, approval_reason: str = "", override_reason: str = ""
) -> None:
    """Patients' answers change only with the last step, the pointer. Raises StageError.

    `override_reason` stands in for a gate that was not passed, and is stored with the approval.
    """
    models_bucket = StageModelsBucket(account)
    has_endpoint = bool(account.environment.endpoint_name)
    models_bucket.require_complete(version, for_endpoint=has_endpoint)
    package = _find_package(account, models_bucket, version, approval_reason=approval_reason)
    override = require_gate(
        models_bucket, version, stage=account.environment.stage, reason=override_reason
    )
    _approve(account, package, approval_reason=approval_reason, override=override)
    _update_endpoint(account, version)
    pointer = models_bucket.move_pointer(version)
    print(f"{pointer.model_version} answers in {account.environment.stage}", end="")
    print(f"; before it {pointer.previous}" if pointer.previous else "")
    _print_outdated(account, version)


def roll_back(account: StageAccount) -> None:
    """Moves the pointer, then the endpoint. Raises StageError.

    The previous version answers within half a minute, by the CPU model until the endpoint has it.
    """
    models_bucket = StageModelsBucket(account)
    has_endpoint = bool(account.environment.endpoint_name)
    pointer = models_bucket.read_pointer()
    endpoint_differs = pointer and _endpoint_differs(account, models_bucket, pointer.model_version)
    if pointer is None or not (pointer.previous or endpoint_differs):
        raise StageError(
            f"The previous version is not known in {account.environment.stage}. Name one: "
            "python -m training.promote VERSION"
        )
    if endpoint_differs:
        # An earlier promotion or rollback was interrupted: the pointer is right, and the endpoint
        # has to follow it.
        version = pointer.model_version
    else:
        version = pointer.previous
        models_bucket.require_complete(version, for_endpoint=has_endpoint)
        models_bucket.move_pointer(version, is_rollback=True)
    print(f"{version} answers in {account.environment.stage}")
    _print_outdated(account, version)
    try:
        _update_endpoint(account, version, rollback_on_alarm=False)
    except (StageError, ClientError) as error:
        raise StageError(
            f"{version} answers, by the CPU model, as the endpoint serves another version: {error} "
            "Start again, once that is repaired."
        ) from error


def _endpoint_differs(
    account: StageAccount, models_bucket: StageModelsBucket, version: str
) -> bool:
    """False for an endpoint that cannot be described, because nothing may delay a rollback."""
    try:
        archive_url = read_archive_url(account)
    except ClientError:
        return False
    return archive_url not in ("", models_bucket.file_url(version, ARCHIVE_FILE))


def _print_outdated(account: StageAccount, version: str) -> None:
    for sentence in describe_outdated(account, version):
        print(sentence)


def _update_endpoint(
    account: StageAccount, version: str, *, rollback_on_alarm: bool = True
) -> None:
    name = account.environment.endpoint_name
    if name:
        print(f"{name} changes to {version}; this takes some minutes …")
        archive_url = StageModelsBucket(account).file_url(version, ARCHIVE_FILE)
        is_scheduled = bool(account.environment.endpoint_schedule)
        update = update_scheduled_endpoint if is_scheduled else update_endpoint
        update(account, version, archive_url=archive_url, rollback_on_alarm=rollback_on_alarm)


def _find_package(
    account: StageAccount,
    models_bucket: StageModelsBucket,
    version: str,
    *,
    approval_reason: str,
) -> ModelPackage | None:
    """Returns the package, which a person has approved or does with `approval_reason`.

    A version that came with a deploy, and one that answers or answered before, needs no package.
    Raises StageError.
    """
    stage = account.environment.stage
    package = ModelRegistry(account).find_package(version)
    if package is None:
        pointer = models_bucket.read_pointer()
        used_versions = (pointer.model_version, pointer.previous) if pointer else ()
        if version not in used_versions and not models_bucket.is_from_deploy(version):
            raise StageError(
                f"{version} is in {stage}, but not in its model registry. Register it again: "
                "python -m training.register"
            )
    elif package.approval is Approval.REJECTED:
        raise StageError(f"{version} was rejected in {stage}; the Model Registry says why.")
    elif package.approval is Approval.PENDING and not approval_reason:
        raise StageError(
            f"{version} is not approved in {stage} ({package.approval}). Read its card, then: "
            f'python -m training.promote {version} --stage {stage} --approve "why"'
        )
    return package


def _approve(
    account: StageAccount, package: ModelPackage | None, *, approval_reason: str, override: str
) -> None:
    """Stores the reason of the approval, and an override also where it was approved before."""
    if package is None or (package.approval is not Approval.PENDING and not override):
        return
    reasons = (approval_reason or "approved before", override)
    ModelRegistry(account).approve(package, "; ".join(reason for reason in reasons if reason))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.promote",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("version", nargs="?", help="a registered version, as default-0123abcd")
    target.add_argument("--back", action="store_true", help="the version that answered before")
    add_stage_options(parser)
    parser.add_argument("--approve", default="", metavar="WHY", help="approve the version as well")
    parser.add_argument(
        "--without-gate",
        default="",
        metavar="WHY",
        help="promote a version that has not passed the gate; the registry stores the reason",
    )
    return parser
