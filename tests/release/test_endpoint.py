"""The endpoint is updated by a new fleet with the same settings, and the command waits for it.

botocore's Stubber replaces SageMaker, because moto has no UpdateEndpoint. It checks requests and
responses against SageMaker's API model.
"""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from release.endpoint import read_archive_url, update_endpoint
from release.stage_account import StageError
from tests.release.endpoint_calls import (
    ARCHIVE,
    ARN,
    BLUE_GREEN,
    CONTAINER,
    ENDPOINT,
    NOW,
    VARIANT,
    SameName,
    add_current_state,
    add_undone_update,
    add_update,
    build_account,
    build_endpoint,
)


@pytest.fixture
def sagemaker() -> Any:
    return boto3.client(
        "sagemaker",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_the_endpoint_takes_the_version_as_it_took_the_one_before(sagemaker: Any) -> None:
    """The name is a hash of the content, so a repeated update creates no second model."""
    name = SameName()
    with Stubber(sagemaker) as stub:
        add_undone_update(stub, name)
        with pytest.raises(StageError):
            update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)
    assert name.value.startswith(f"{ENDPOINT}-")
    assert len(name.value) <= 63
    with Stubber(sagemaker) as stub:
        add_current_state(stub)
        add_update(stub, name)
        for _ in range(2):
            stub.add_response("describe_endpoint", build_endpoint(name.value))
        update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)
        stub.assert_no_pending_responses()


def test_a_change_that_is_under_way_is_waited_for(sagemaker: Any) -> None:
    """An interrupted command leaves the endpoint so."""
    name = SameName()
    with Stubber(sagemaker) as stub:
        add_undone_update(stub, name)
        with pytest.raises(StageError):
            update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)
    pending = {"EndpointConfigName": name.value}
    with Stubber(sagemaker) as stub:
        add_current_state(stub, status="Updating", PendingDeploymentSummary=pending)
        for _ in range(2):
            stub.add_response("describe_endpoint", build_endpoint(name.value))
        update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)
        stub.assert_no_pending_responses()


def test_an_alarm_brings_the_version_before_back_and_is_told_of(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        add_undone_update(stub, SameName())
        with pytest.raises(StageError, match="did not take next-1: an alarm rang"):
            update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)


def test_on_the_way_back_no_alarm_stops_the_change(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        add_current_state(stub)
        stub.add_response("create_model", {"ModelArn": ARN})
        stub.add_response("create_endpoint_config", {"EndpointConfigArn": ARN})
        update = {
            "EndpointName": ENDPOINT,
            "EndpointConfigName": SameName(),
            "RetainAllVariantProperties": True,
            "DeploymentConfig": {"BlueGreenUpdatePolicy": BLUE_GREEN},
        }
        stub.add_client_error("update_endpoint", "Stopped", "here", expected_params=update)
        with pytest.raises(ClientError, match="here"):
            update_endpoint(
                build_account(sagemaker), "next-1", archive_url=ARCHIVE, rollback_on_alarm=False
            )
        stub.assert_no_pending_responses()


def test_an_endpoint_that_cannot_start_says_why(sagemaker: Any) -> None:
    failed = build_endpoint("from-the-stack", "Failed", FailureReason="no capacity")
    with Stubber(sagemaker) as stub:
        add_current_state(stub)
        add_update(stub, SameName())
        for _ in range(2):
            stub.add_response("describe_endpoint", failed)
        with pytest.raises(StageError, match=r"no capacity\. It is Failed"):
            update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)


def test_an_endpoint_that_is_changing_is_left_alone(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        add_current_state(stub, status="Updating")
        with pytest.raises(StageError, match=r"is Updating\. Start again"):
            update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)


def test_an_endpoint_that_changes_is_known_by_what_it_changes_to(sagemaker: Any) -> None:
    pending = {"EndpointConfigName": "from-a-promotion"}
    config = {
        "EndpointConfigName": "from-a-promotion",
        "EndpointConfigArn": ARN,
        "ProductionVariants": [{**VARIANT, "ModelName": "from-a-promotion"}],
        "CreationTime": NOW,
    }
    model = {
        "ModelName": "from-a-promotion",
        "PrimaryContainer": {**CONTAINER, "ModelDataUrl": ARCHIVE},
        "CreationTime": NOW,
        "ModelArn": ARN,
    }
    with Stubber(sagemaker) as stub:
        endpoint = build_endpoint("from-the-stack", "Updating", PendingDeploymentSummary=pending)
        stub.add_response("describe_endpoint", endpoint)
        name = {"EndpointConfigName": "from-a-promotion"}
        stub.add_response("describe_endpoint_config", config, name)
        stub.add_response("describe_model", model, {"ModelName": "from-a-promotion"})
        assert read_archive_url(build_account(sagemaker)) == ARCHIVE


def test_an_endpoint_that_serves_the_version_is_not_touched(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        add_current_state(stub)
        update_endpoint(
            build_account(sagemaker), "first-1", archive_url=str(CONTAINER["ModelDataUrl"])
        )
        stub.assert_no_pending_responses()


def test_what_a_try_before_has_made_is_taken(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        add_current_state(stub)
        for call in ("create_model", "create_endpoint_config"):
            stub.add_client_error(
                call, "ValidationException", "Cannot create already existing model"
            )
        stub.add_client_error("update_endpoint", "ResourceLimitExceeded", "no more instances")
        with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded):
            update_endpoint(build_account(sagemaker), "next-1", archive_url=ARCHIVE)
        stub.assert_no_pending_responses()
