"""A stack in a state that stops a deploy is named, with the command that helps."""

import pytest

from deploy import preflight
from deploy.stack_states import check_states
from tests.deploy.stubbed_account import (
    WHOLE_STAGE,
    Answers,
    described_stack,
    fake_account,
    make_stub,
    synthesis,
)


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_failed_first_deploy_is_named_and_repeated(answers: Answers, status: str) -> None:
    answers.stack = described_stack(status)
    result = preflight.run_checks(answers.account(), WHOLE_STAGE)
    assert result.problems == []
    [notice] = result.notices
    assert notice.startswith(f"Stack chest-xray-dev is in {status}: ")


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("ROLLBACK_COMPLETE", "update-termination-protection"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_a_stack_that_cannot_be_deployed_is_named_with_a_command(
    answers: Answers, status: str, command: str
) -> None:
    answers.stack = described_stack(status, is_protected=True)
    [problem] = preflight.run_checks(answers.account(), WHOLE_STAGE).problems
    assert problem.startswith(f"Stack chest-xray-dev is in {status}: ")
    assert f"un: aws cloudformation {command} --region us-east-1 " in problem


@pytest.mark.parametrize("is_protected", [True, False])
def test_what_a_failed_first_deploy_left_behind_is_named(is_protected: bool) -> None:
    stub = make_stub("cloudformation")
    stub.add_response(
        "describe_stacks", described_stack("ROLLBACK_FAILED", is_protected=is_protected)
    )
    resources = [
        {
            "LogicalResourceId": name,
            "ResourceType": "AWS::Cognito::UserPool",
            "LastUpdatedTimestamp": 0,
            "ResourceStatus": status,
        }
        for name, status in {"Users": "DELETE_FAILED", "Client": "DELETE_COMPLETE"}.items()
    ]
    stub.add_response("list_stack_resources", {"StackResourceSummaries": resources})
    stub.activate()
    account = fake_account(cloudformation=stub.client)
    [problem] = check_states(account, synthesis())
    assert "could not remove Users. Its events" in problem
    assert ("update-termination-protection" in problem) is is_protected
    assert "aws cloudformation delete-stack --region us-east-1 --stack-name" in problem
