"""The Model Registry: a package for each trained version, with its card, pending approval."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.endpoint import CONTENT_TYPE
from contracts.model_layout import ARCHIVE_FILE, CARD_FILE
from release.account import Cloud
from release.models_bucket import Releases
from training.artefact.agreement import Agreement, require_agreement
from training.artefact.model_folder import ModelFolder, ModelFolderError

# Instances of the endpoint, as `cdk.context` allows them.
_INSTANCES = [f"ml.{family}.xlarge" for family in ("g4dn", "g5", "g6")]
# The Registry keeps this much of a value.
_LONGEST = 256


class Approval(StrEnum):
    PENDING = "PendingManualApproval"
    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True, kw_only=True)
class Package:
    arn: str
    approval: Approval


class Registry:
    """All calls raise botocore's errors."""

    def __init__(self, cloud: Cloud) -> None:
        self._sagemaker = cloud.client("sagemaker")
        self._place = cloud.place

    def find(self, version: str) -> Package | None:
        """The package of a version: its description is the version, and nothing else."""
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self._place.model_package_group
        )
        for page in pages:
            for each in page["ModelPackageSummaryList"]:
                is_version = each.get("ModelPackageDescription") == version
                if is_version and each["ModelPackageStatus"] != "Failed":
                    approval = Approval(each["ModelApprovalStatus"])
                    return Package(arn=each["ModelPackageArn"], approval=approval)
        return None

    def request(self, artefact: ModelFolder, *, releases: Releases, job: str) -> dict[str, Any]:
        """What makes a package, pending approval; `job` is the ARN of the training job, empty where
        a person trained. Raises ArtefactError where the card does not say enough, and
        DisagreementError where its two artefacts do not answer alike.
        """
        try:
            return self._request(artefact, releases=releases, job=job)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFolderError(
                f"The card of {artefact.version} is not whole: {error}."
            ) from error

    def add(self, request: dict[str, Any]) -> Package:
        made = self._sagemaker.create_model_package(**request)
        return Package(arn=made["ModelPackageArn"], approval=Approval.PENDING)

    def _request(self, artefact: ModelFolder, *, releases: Releases, job: str) -> dict[str, Any]:
        version, card = artefact.version, artefact.card
        require_agreement(Agreement(**card["metrics"]["agreement"]))
        container: dict[str, Any] = {"ModelDataUrl": releases.address(version, ARCHIVE_FILE)}
        if self._place.serving_image:
            container["Image"] = self._place.serving_image
        card_address = releases.address(version, CARD_FILE)
        return dict(
            # The same again makes no second package.
            ClientToken=hashlib.sha256(version.encode()).hexdigest()[:32],
            ModelPackageGroupName=self._place.model_package_group,
            ModelPackageDescription=version,
            ModelApprovalStatus=Approval.PENDING,
            InferenceSpecification={
                "Containers": [container],
                "SupportedContentTypes": [CONTENT_TYPE],
                "SupportedResponseMIMETypes": [CONTENT_TYPE],
                "SupportedRealtimeInferenceInstanceTypes": _INSTANCES,
            },
            ModelMetrics={
                "ModelQuality": {"Statistics": {"ContentType": CONTENT_TYPE, "S3Uri": card_address}}
            },
            CustomerMetadataProperties=_properties(version, card),
            ModelCard={
                "ModelCardContent": json.dumps(_registry_card(card), allow_nan=False),
                "ModelCardStatus": "PendingReview",
            },
            **({"MetadataProperties": {"GeneratedBy": job}} if job else {}),
        )

    def approve(self, package: Package, reason: str) -> None:
        self._sagemaker.update_model_package(
            ModelPackageArn=package.arn,
            ModelApprovalStatus=Approval.APPROVED,
            ApprovalDescription=reason,
        )


def _properties(version: str, card: Mapping[str, Any]) -> dict[str, str]:
    """What a search in the Registry finds it by."""
    measured = card["metrics"]["validation"]
    found = {
        "model_version": version,
        **{name: value for name, value in card["data"].items() if name.endswith("_sha256")},
        **{f"{name}_artefact_sha256": each["sha256"] for name, each in card["artefacts"].items()},
        **{f"validation_{name}": f"{value:.6g}" for name, value in measured.items()},
    }
    return {name: str(value)[:_LONGEST] for name, value in found.items()}


def _registry_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """Our card in the Registry's form for model packages; the whole of it lies in the bucket."""
    figures = [
        {"name": name, "type": "number", "value": value}
        for name, value in card["metrics"]["validation"].items()
    ]
    data = card["data"]
    return {
        "intended_uses": {"intended_uses": card["intended_use"]["sentence"]},
        "training_details": {
            "objective_function": {
                "notes": "Cross-entropy, and what views of a radiograph differ by."
            },
            "training_observations": json.dumps(card.get("recipe", {})),
        },
        "evaluation_details": [
            {
                "name": "Validation, by patient",
                "evaluation_observation": card["operating_point"]["rule"],
                "metric_groups": [{"name": "Calibrated probability", "metric_data": figures}],
            }
        ],
        "additional_information": {
            "caveats_and_recommendations": card["intended_use"]["sentence"],
            "custom_details": {name: str(value) for name, value in data.items()},
        },
    }
