"""An image that the registry lacks is named before a deploy."""

from typing import Any

import pytest

from cdk import serving
from deploy.container_image import check_image
from tests.deploy.stubbed_account import client_with, fake_account, stubbed_client, synthesis


def _model(image: str) -> dict[str, Any]:
    properties = {"PrimaryContainer": {"Image": image}}
    return {"Type": "AWS::SageMaker::Model", "Properties": properties}


REPOSITORY = "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference"
TAG, DIGEST = {"imageTag": "2.20-gpu"}, {"imageDigest": "sha256:0f"}


@pytest.mark.parametrize(
    ("image", "identifier"),
    [(f"{REPOSITORY}:2.20-gpu", TAG), (f"{REPOSITORY}@sha256:0f", DIGEST)],
)
@pytest.mark.parametrize("code", ["", "ImageNotFound", "RepositoryNotFoundException"])
def test_an_image_that_the_registry_lacks_is_named(
    image: str, identifier: dict[str, str], code: str
) -> None:
    request = {
        "registryId": "763104351884",
        "repositoryName": "tensorflow-inference",
        "imageIds": [identifier],
    }
    failures = [{"imageId": identifier, "failureCode": code}] if code else []
    answer: Any = code if code.startswith("Repository") else {"failures": failures}
    account = fake_account(ecr=stubbed_client("ecr", "batch_get_image", answer, request))
    found = list(check_image(account, synthesis(Model=_model(image))))
    assert len(found) == bool(code)
    assert all(f"its image {image} cannot be read ({code})" in sentence for sentence in found)


@pytest.mark.parametrize("reference", [serving.DEFAULT_IMAGE, f"sha256:{'0f' * 32}"])
def test_the_image_of_a_stage_is_one_that_the_registry_can_be_asked_for(reference: str) -> None:
    account = fake_account(ecr=client_with("ecr", {"batch_get_image": {"failures": []}}))
    model = _model(serving.image("eu-west-1", reference))
    assert list(check_image(account, synthesis(Model=model))) == []
