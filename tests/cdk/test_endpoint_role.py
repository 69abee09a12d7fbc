"""The endpoint's role may do named actions only."""

import json
from typing import Any

from tests.synthesis import Template


def test_the_role_reads_archives_and_no_other_object(endpoint: Template) -> None:
    [read] = [each for each in _rights(endpoint) if each["Action"] == "s3:GetObject"]
    assert read["Resource"]["Fn::Join"][1][1:] == ["/models/*/model.tar.gz"]


def test_the_role_names_each_action_and_where_it_may(endpoint: Template) -> None:
    anywhere = [
        action
        for each in _rights(endpoint)
        if each["Resource"] == "*"
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
        if not action.startswith("ec2:Describe")
    ]
    assert anywhere == ["ecr:GetAuthorizationToken", "cloudwatch:PutMetricData"]
    assert "*" not in json.dumps([each["Action"] for each in _rights(endpoint)])


def test_the_role_has_its_rights_before_the_model_is_made(endpoint: Template) -> None:
    [model] = [
        each for each in endpoint.resources.values() if each["Type"] == "AWS::SageMaker::Model"
    ]
    [policy] = model["DependsOn"]
    assert endpoint.of_type("AWS::IAM::ManagedPolicy")[policy]["PolicyDocument"] == {
        "Statement": _rights(endpoint),
        "Version": "2012-10-17",
    }


def _rights(endpoint: Template) -> list[dict[str, Any]]:
    [policy] = [
        each
        for each in endpoint.of_type("AWS::IAM::ManagedPolicy").values()
        if "model.tar.gz" in json.dumps(each) and "ecr:" in json.dumps(each)
    ]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements
