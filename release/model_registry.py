"""SageMaker's Model Registry: one package for each version, and who approved it, when and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from release.package_request import PENDING, build_property
from release.stage_account import StageAccount

# Names of the package's metadata: who approved the version by the command, and when.
_APPROVED_BY, _APPROVED_AT = "approved_by", "approved_at"


class Approval(StrEnum):
    PENDING = PENDING
    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True, kw_only=True)
class ModelPackage:
    arn: str
    version: str
    approval: Approval


@dataclass(frozen=True, kw_only=True)
class ApprovalEvent:
    """What happened to a package. `by` is an ARN or the name of a profile, empty where the registry
    does not say; `reason` is empty where nobody gave one.
    """

    at: datetime
    event: str
    by: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PackageDetails:
    """A package with its history, oldest first, its metadata, and the ARN of its job, if any."""

    package: ModelPackage
    history: tuple[ApprovalEvent, ...]
    metadata: Mapping[str, str]
    job_arn: str


class ModelRegistry:
    """The stage's group of model packages. Methods raise botocore's errors as well."""

    def __init__(self, account: StageAccount) -> None:
        self._sagemaker = account.client("sagemaker")
        self._account = account

    def list_packages(self) -> Iterator[ModelPackage]:
        """Those that were not refused by SageMaker; the description of each is its version."""
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self._account.environment.model_package_group
        )
        for page in pages:
            for summary in page["ModelPackageSummaryList"]:
                if summary["ModelPackageStatus"] != "Failed":
                    yield ModelPackage(
                        arn=summary["ModelPackageArn"],
                        version=summary.get("ModelPackageDescription", ""),
                        approval=Approval(summary["ModelApprovalStatus"]),
                    )

    def find_package(self, version: str) -> ModelPackage | None:
        return next((each for each in self.list_packages() if each.version == version), None)

    def describe(self, package: ModelPackage) -> PackageDetails:
        response = self._sagemaker.describe_model_package(ModelPackageName=package.arn)
        metadata = response.get("CustomerMetadataProperties", {})
        return PackageDetails(
            package=package,
            history=tuple(_list_events(response, metadata)),
            metadata=metadata,
            job_arn=response.get("MetadataProperties", {}).get("GeneratedBy", ""),
        )

    def create_package(self, request: dict[str, Any]) -> ModelPackage:
        response = self._sagemaker.create_model_package(**request)
        return ModelPackage(
            arn=response["ModelPackageArn"],
            version=request["ModelPackageDescription"],
            approval=Approval.PENDING,
        )

    def approve(self, package: ModelPackage, reason: str) -> None:
        """Approves the package, and records who did it: the registry names people only where their
        identity came with a session of its own.
        """
        identity = self._account.client("sts").get_caller_identity()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._sagemaker.update_model_package(
            ModelPackageArn=package.arn,
            ModelApprovalStatus=Approval.APPROVED,
            ApprovalDescription=reason,
            # All of them: the registry's manual does not say that those left out stay.
            CustomerMetadataProperties={
                **self.describe(package).metadata,
                _APPROVED_BY: build_property(identity["Arn"]),
                _APPROVED_AT: now,
            },
        )


def _list_events(
    response: Mapping[str, Any], metadata: Mapping[str, str]
) -> Iterator[ApprovalEvent]:
    """The registration, and the decision that stands. The registry keeps no earlier ones; one of
    ours that was changed by another way stays by its metadata.
    """
    approval, reason = response["ModelApprovalStatus"], response.get("ApprovalDescription", "")
    yield ApprovalEvent(
        at=response["CreationTime"], event="Registered", by=_find_person(response.get("CreatedBy"))
    )
    approved_by = metadata.get(_APPROVED_BY, "")
    if approved_by:
        approved_at = datetime.fromisoformat(metadata[_APPROVED_AT])
        stands = approval == Approval.APPROVED
        yield ApprovalEvent(
            at=approved_at,
            event=Approval.APPROVED,
            by=approved_by,
            reason=reason if stands else "",
        )
    if approval != Approval.PENDING and not (approved_by and approval == Approval.APPROVED):
        yield ApprovalEvent(
            at=response.get("LastModifiedTime") or response["CreationTime"],
            event=approval,
            by=_find_person(response.get("LastModifiedBy")),
            reason=reason,
        )


def _find_person(context: Mapping[str, Any] | None) -> str:
    """The ARN of a person, or the name of a profile of SageMaker's; empty where neither is said."""
    fields = context or {}
    return str(fields.get("IamIdentity", {}).get("Arn") or fields.get("UserProfileName") or "")
