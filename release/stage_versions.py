"""The versions of a stage: what the models bucket and the model registry say of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.model_pointer import ModelPointer
from release.model_registry import ModelRegistry, PackageDetails
from release.models_bucket import StageModelsBucket
from release.stage_account import StageAccount, StageError


@dataclass(frozen=True, kw_only=True)
class StageVersion:
    """`card` is None for an upload that was interrupted, `package` for a version that no one has
    registered. `answers`: the pointer names it; `answered_before`: a rollback leads to it.
    """

    version: str
    card: Mapping[str, Any] | None
    package: PackageDetails | None
    is_from_deploy: bool
    answers: bool
    answered_before: bool

    @property
    def status(self) -> str:
        """The approval in words."""
        if self.card is None:
            return "upload interrupted"
        if self.package is not None:
            return str(self.package.package.approval)
        return "came with a deploy" if self.is_from_deploy else "not registered"


def read_versions(account: StageAccount) -> list[StageVersion]:
    """All versions, newest first. Raises StageError and botocore's errors."""
    models_bucket, registry = StageModelsBucket(account), ModelRegistry(account)
    packages = {each.version: registry.describe(each) for each in registry.list_packages()}
    pointer = models_bucket.read_pointer()
    versions = [
        _read_version(models_bucket, version, package=packages.get(version), pointer=pointer)
        for version in sorted({*models_bucket.list_versions(), *packages})
    ]
    return sorted(versions, key=_find_time, reverse=True)


def read_version(account: StageAccount, version: str) -> StageVersion:
    """One version. Raises StageError if the stage lacks it, and botocore's errors."""
    models_bucket, registry = StageModelsBucket(account), ModelRegistry(account)
    package = registry.find_package(version)
    result = _read_version(
        models_bucket,
        version,
        package=registry.describe(package) if package else None,
        pointer=models_bucket.read_pointer(),
    )
    if result.card is None and result.package is None:
        stage = account.environment.stage
        raise StageError(
            f"There is no version {version} in {stage}. python -m training.versions --stage "
            f"{stage} lists them."
        )
    return result


def _read_version(
    models_bucket: StageModelsBucket,
    version: str,
    *,
    package: PackageDetails | None,
    pointer: ModelPointer | None,
) -> StageVersion:
    return StageVersion(
        version=version,
        card=models_bucket.read_card(version),
        package=package,
        is_from_deploy=package is None and models_bucket.is_from_deploy(version),
        answers=pointer is not None and pointer.model_version == version,
        answered_before=pointer is not None and pointer.previous == version,
    )


def _find_time(version: StageVersion) -> str:
    """By the day of the training, then by the time of the registration."""
    day = str(version.card["created"]) if version.card and "created" in version.card else ""
    return day + (version.package.history[0].at.isoformat() if version.package else "")
