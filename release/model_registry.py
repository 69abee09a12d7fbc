"""SageMaker's Model Registry: one package for each trained version, with its card and approval."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.answers import Population
from contracts.endpoint import CONTENT_TYPE
from contracts.model_card import list_populations
from contracts.model_layout import ARCHIVE_FILE, CARD_FILE
from release.models_bucket import StageModelsBucket
from release.stage_account import StageAccount
from training.artefact.agreement import Agreement, require_agreement
from training.artefact.model_folder import ModelFolder, ModelFolderError

# The instance types of the endpoint that `cdk.context` allows.
_INSTANCE_TYPES = [f"ml.{family}.xlarge" for family in ("g4dn", "g5", "g6")]
# The Registry's limit on the length of a metadata value.
_MAX_VALUE_LENGTH = 256


class Approval(StrEnum):
    PENDING = "PendingManualApproval"
    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True, kw_only=True)
class ModelPackage:
    arn: str
    approval: Approval


class ModelRegistry:
    """The stage's group of model packages. Methods raise botocore's errors as well."""

    def __init__(self, account: StageAccount) -> None:
        self._sagemaker = account.client("sagemaker")
        self._environment = account.environment

    def find_package(self, version: str) -> ModelPackage | None:
        """The package whose description is the version."""
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self._environment.model_package_group
        )
        for page in pages:
            for summary in page["ModelPackageSummaryList"]:
                is_version = summary.get("ModelPackageDescription") == version
                if is_version and summary["ModelPackageStatus"] != "Failed":
                    approval = Approval(summary["ModelApprovalStatus"])
                    return ModelPackage(arn=summary["ModelPackageArn"], approval=approval)
        return None

    def build_request(
        self, model: ModelFolder, *, models_bucket: StageModelsBucket, job_arn: str
    ) -> dict[str, Any]:
        """The request that creates the package, pending approval.

        `job_arn` is empty for a model that was not trained by a job. Raises ModelFolderError if the
        card is incomplete, and DisagreementError if the two exports differ too much.
        """
        try:
            return self._build_request(model, models_bucket=models_bucket, job_arn=job_arn)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFolderError(
                f"The card of {model.version} is not complete: {error}."
            ) from error

    def create_package(self, request: dict[str, Any]) -> ModelPackage:
        response = self._sagemaker.create_model_package(**request)
        return ModelPackage(arn=response["ModelPackageArn"], approval=Approval.PENDING)

    def approve(self, package: ModelPackage, reason: str) -> None:
        self._sagemaker.update_model_package(
            ModelPackageArn=package.arn,
            ModelApprovalStatus=Approval.APPROVED,
            ApprovalDescription=reason,
        )

    def _build_request(
        self, model: ModelFolder, *, models_bucket: StageModelsBucket, job_arn: str
    ) -> dict[str, Any]:
        version, card = model.version, model.card
        require_agreement(Agreement(**card["metrics"]["agreement"]))
        container: dict[str, Any] = {"ModelDataUrl": models_bucket.file_url(version, ARCHIVE_FILE)}
        if self._environment.serving_image:
            container["Image"] = self._environment.serving_image
        card_url = models_bucket.file_url(version, CARD_FILE)
        return dict(
            # A repeated request with the same token creates no second package.
            ClientToken=hashlib.sha256(version.encode()).hexdigest()[:32],
            ModelPackageGroupName=self._environment.model_package_group,
            ModelPackageDescription=version,
            ModelApprovalStatus=Approval.PENDING,
            InferenceSpecification={
                "Containers": [container],
                "SupportedContentTypes": [CONTENT_TYPE],
                "SupportedResponseMIMETypes": [CONTENT_TYPE],
                "SupportedRealtimeInferenceInstanceTypes": _INSTANCE_TYPES,
            },
            ModelMetrics={
                "ModelQuality": {"Statistics": {"ContentType": CONTENT_TYPE, "S3Uri": card_url}}
            },
            CustomerMetadataProperties=_build_metadata(version, card),
            ModelCard={
                "ModelCardContent": json.dumps(_build_registry_card(card), allow_nan=False),
                "ModelCardStatus": "PendingReview",
            },
            **({"MetadataProperties": {"GeneratedBy": job_arn}} if job_arn else {}),
        )


def _build_metadata(version: str, card: Mapping[str, Any]) -> dict[str, str]:
    """The values by which a search in the Registry finds the package."""
    metrics = list_populations(card)[Population.CHILD]["metrics"]["validation"]
    metadata = {
        "model_version": version,
        **{name: value for name, value in card["data"].items() if name.endswith("_sha256")},
        **{f"{name}_artefact_sha256": each["sha256"] for name, each in card["artefacts"].items()},
        **{f"validation_{name}": f"{value:.6g}" for name, value in metrics.items()},
    }
    return {name: str(value)[:_MAX_VALUE_LENGTH] for name, value in metadata.items()}


def _build_registry_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """A part of our card in the Registry's schema; the complete card is in the models bucket."""
    data = card["data"]
    return {
        "intended_uses": {"intended_uses": card["intended_use"]["sentence"]},
        "training_details": {
            "objective_function": {
                "notes": "Cross-entropy, and consistency between two views of one radiograph."
            },
            "training_observations": json.dumps(card.get("recipe", {})),
        },
        "evaluation_details": [
            _build_evaluation(name, fields) for name, fields in list_populations(card).items()
        ],
        "additional_information": {
            "caveats_and_recommendations": card["intended_use"]["sentence"],
            "custom_details": {name: str(value) for name, value in data.items()},
        },
    }


def _build_evaluation(name: Population, fields: Mapping[str, Any]) -> dict[str, Any]:
    metrics = [
        {"name": metric, "type": "number", "value": value}
        for metric, value in fields["metrics"]["validation"].items()
    ]
    return {
        "name": f"Validation, by patient: {name.value}, "
        f"{fields['validation'].get('films', 'whole films')}",
        "evaluation_observation": fields["operating_point"]["rule"],
        "metric_groups": [{"name": "Calibrated probability", "metric_data": metrics}],
    }
