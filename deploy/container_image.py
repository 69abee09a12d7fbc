"""Checks whether AWS's registry has the image of the endpoint's container."""

import re
from collections.abc import Iterator

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.templates import Synthesis

# The address of an image in ECR, by tag or by digest.
_IMAGE = re.compile(
    r"(?P<registry>\d{12})\.dkr\.ecr\.[^/]+/(?P<repository>[^:@]+)"
    r"(:(?P<imageTag>[^@]+)|@(?P<imageDigest>sha256:\w+))"
)


def check_image(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """The call is the one by which SageMaker begins to pull the image."""
    for model in synthesis.properties("AWS::SageMaker::Model"):
        image = model["PrimaryContainer"]["Image"]
        match = _IMAGE.fullmatch(image)
        if not match:
            yield f"The endpoint's image {image} is no address of an image in ECR."
            continue
        fields = ("imageTag", "imageDigest")
        identifier = {field: match[field] for field in fields if match[field]}
        try:
            answer = account.client("ecr").batch_get_image(
                registryId=match["registry"],
                repositoryName=match["repository"],
                imageIds=[identifier],
            )
            codes = [failure["failureCode"] for failure in answer.get("failures", [])]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "RepositoryNotFoundException":
                raise
            codes = [code]
        for code in codes:
            yield (
                f"The endpoint cannot start: its image {image} cannot be read ({code}). "
                "Set `container_image` to a tag or digest that AWS has, or `endpoint` to none."
            )
