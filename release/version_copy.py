"""Brings a version from one stage to another, with the same bytes and pending approval there."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.model_layout import ARCHIVE_FILE, CARD_FILE, CPU_FILE
from release.model_registry import Approval, ModelPackage, ModelRegistry
from release.models_bucket import StageModelsBucket
from release.package_request import Origin, build_package_request
from release.registration import create_package, unpack_file
from release.stage_account import StageAccount, StageError, explain_aws_errors
from sagemaker_inference import warm_up
from training.artefact.model_folder import file_sha256, folder_sha256


def register_copy(account: StageAccount, version: str, *, source: StageAccount) -> ModelPackage:
    """Registers a version of the stage `source`. Raises StageError if that lacks or rejected it.

    Each file is checked against the hashes of the card before anything is uploaded.
    """
    stage, source_stage = account.environment.stage, source.environment.stage
    if stage == source_stage:
        raise StageError(f"{version} is to be copied from {stage} to itself. Name two stages.")
    with explain_aws_errors(), tempfile.TemporaryDirectory() as name:
        registry, folder = ModelRegistry(source), Path(name)
        package = registry.find_package(version)
        if package and package.approval is Approval.REJECTED:
            raise StageError(
                f"{version} was rejected in {source_stage}: python -m training.show {version} "
                f"--stage {source_stage} says why."
            )
        files = StageModelsBucket(source).download_files(version, folder)
        card = json.loads(files[CARD_FILE].read_text())
        _check_hashes(card, files, unpacked=folder / "unpacked", stage=source_stage)
        job_arn = registry.describe(package).job_arn if package else ""
        models_bucket = StageModelsBucket(account)
        request = build_package_request(
            card,
            environment=account.environment,
            models_bucket=models_bucket,
            origin=Origin(job_arn=job_arn, stage=source_stage),
        )
        models_bucket.upload_files(card, files)
        return create_package(account, request)


def _check_hashes(
    card: Mapping[str, Any], files: Mapping[str, Path], *, unpacked: Path, stage: str
) -> None:
    """Raises StageError where a file is not the one that the card describes."""
    unpack_file(files[ARCHIVE_FILE], unpacked, title=f"{ARCHIVE_FILE} in {stage}")
    saved_model = unpacked / "1"
    # Packing has added it to the SavedModel, and the card's hash is that of the SavedModel alone.
    (saved_model / warm_up.FILE).unlink(missing_ok=True)
    hashes = {
        "cpu": (CPU_FILE, file_sha256(files[CPU_FILE])),
        "endpoint": (ARCHIVE_FILE, folder_sha256(saved_model)),
    }
    for name, (path, sha256) in hashes.items():
        if card["artefacts"][name]["sha256"] != sha256:
            raise StageError(f"{path} in {stage} is not what its card describes.")
