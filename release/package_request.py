"""The request that creates a model package: its files, figures, hashes and origin.

An approver reads these fields in SageMaker's console; the complete card is in the models bucket.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.answers import Population
from contracts.endpoint import CONTENT_TYPE
from contracts.model_card import list_populations
from contracts.model_layout import ARCHIVE_FILE, CARD_FILE
from contracts.training import TrainingEnvironment
from release.models_bucket import StageModelsBucket
from training.artefact.agreement import Agreement, require_agreement
from training.artefact.model_folder import ModelFolderError

PENDING = "PendingManualApproval"
# The instance types of the endpoint that `cdk.context` allows.
_INSTANCE_TYPES = [f"ml.{family}.xlarge" for family in ("g4dn", "g5", "g6")]
# The registry's limits on metadata: length of a value, its characters, and how many there are.
_MAX_VALUE_LENGTH, MAX_PROPERTIES = 256, 50
_REFUSED_CHARACTERS = re.compile(r"[^\w .:/=+\-@]")
# The figures of a set that the metadata repeat: fewer than the card has, for the limit above.
_MAIN_METRICS = ("auc", "accuracy", "sensitivity", "specificity", "calibration_error")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The job that trained the model, and the stage from which the version was copied; each is
    empty where there is none.
    """

    job_arn: str = ""
    stage: str = ""


def build_package_request(
    card: Mapping[str, Any],
    *,
    environment: TrainingEnvironment,
    models_bucket: StageModelsBucket,
    origin: Origin,
) -> dict[str, Any]:
    """The request that creates the package of the card's version, pending approval.

    Raises ModelFolderError if the card is incomplete, and DisagreementError if the two exports
    differ too much.
    """
    try:
        return _build_request(
            card, environment=environment, models_bucket=models_bucket, origin=origin
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFolderError(
            f"The card of {card.get('model_version')} is not complete: {error}."
        ) from error


def build_property(value: object) -> str:
    """A value of the metadata: the registry refuses longer ones, and other characters."""
    return _REFUSED_CHARACTERS.sub(" ", str(value))[:_MAX_VALUE_LENGTH].strip() or "-"


def _build_request(
    card: Mapping[str, Any],
    *,
    environment: TrainingEnvironment,
    models_bucket: StageModelsBucket,
    origin: Origin,
) -> dict[str, Any]:
    version = card["model_version"]
    require_agreement(Agreement(**card["metrics"]["agreement"]))
    container: dict[str, Any] = {"ModelDataUrl": models_bucket.file_url(version, ARCHIVE_FILE)}
    if environment.serving_image:
        container["Image"] = environment.serving_image
    card_url = models_bucket.file_url(version, CARD_FILE)
    return dict(
        # A repeated request with the same token creates no second package.
        ClientToken=hashlib.sha256(version.encode()).hexdigest()[:32],
        ModelPackageGroupName=environment.model_package_group,
        ModelPackageDescription=version,
        ModelApprovalStatus=PENDING,
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": [CONTENT_TYPE],
            "SupportedResponseMIMETypes": [CONTENT_TYPE],
            "SupportedRealtimeInferenceInstanceTypes": _INSTANCE_TYPES,
        },
        ModelMetrics={
            "ModelQuality": {"Statistics": {"ContentType": CONTENT_TYPE, "S3Uri": card_url}}
        },
        CustomerMetadataProperties=_build_metadata(card, origin),
        ModelCard={
            "ModelCardContent": json.dumps(_build_registry_card(card), allow_nan=False),
            "ModelCardStatus": "PendingReview",
        },
        **_build_properties(card, origin),
    )


def _build_properties(card: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """The commit of the training and the ARN of the job, in the registry's own fields."""
    commit = _find_commit(card)
    properties = {
        **({"CommitId": commit} if commit else {}),
        **({"GeneratedBy": origin.job_arn} if origin.job_arn else {}),
    }
    return {"MetadataProperties": properties} if properties else {}


def _find_commit(card: Mapping[str, Any]) -> str | None:
    """The commit of the last run of the training; None in cards of release 0.1 and without git."""
    runs = card.get("provenance", {}).get("training", [])
    return runs[-1].get("commit") if runs else None


def _build_metadata(card: Mapping[str, Any], origin: Origin) -> dict[str, str]:
    """The values by which a search in the registry finds the package, figures first."""
    metrics = list_populations(card)[Population.CHILD]["metrics"]
    job = card.get("provenance", {}).get("job") or {}
    metadata = {
        "model_version": card["model_version"],
        **{name: value for name, value in card["data"].items() if name.endswith("_sha256")},
        **{f"{name}_artefact_sha256": each["sha256"] for name, each in card["artefacts"].items()},
        **{f"validation_{name}": f"{value:.6g}" for name, value in metrics["validation"].items()},
        **_describe_test(metrics.get("test_half")),
        **{f"job_{name}": value for name, value in job.items() if value},
        **({"copied_from_stage": origin.stage} if origin.stage else {}),
    }
    return {name: build_property(value) for name, value in metadata.items()}


def _describe_test(test: Mapping[str, Any] | None) -> dict[str, object]:
    """The main figures of the test set with their intervals, or that there are none."""
    if not test:
        return {"test_figures": "none"}
    figures: dict[str, object] = {"test_radiographs": test["radiographs"]}
    for name in _MAIN_METRICS:
        low, high = test["intervals_95"][name]
        figures[f"test_{name}"] = f"{test[name]:.6g}"
        figures[f"test_{name}_95"] = f"{low:.4f} - {high:.4f}"
    return figures


def _build_registry_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """A part of our card in the registry's schema."""
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
            evaluation
            for name, fields in list_populations(card).items()
            for evaluation in _build_evaluations(name, fields)
        ],
        "additional_information": {
            "caveats_and_recommendations": card["intended_use"]["sentence"],
            "custom_details": {name: str(value) for name, value in data.items()},
        },
    }


def _build_evaluations(name: Population, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures on validation, and on the test set where it was evaluated."""
    films = fields["validation"].get("films", "whole films")
    metrics = fields["metrics"]
    sets = {f"Validation, by patient: {name.value}, {films}": metrics["validation"]}
    if metrics.get("test_half"):
        sets[f"Test set, evaluated once: {name.value}"] = metrics["test_half"]
    return [
        {
            "name": title,
            "evaluation_observation": fields["operating_point"]["rule"],
            "metric_groups": [
                {
                    "name": "Calibrated probability",
                    "metric_data": [
                        {"name": metric, "type": "number", "value": value}
                        for metric, value in figures.items()
                        if isinstance(value, int | float)
                    ],
                }
            ],
        }
        for title, figures in sets.items()
    ]
