"""The subnets have the designed addresses, and only the functions reach Redis."""

import json
from typing import Any

from cdk.network import REDIS_PORT
from tests.synthesis import Template


def test_subnets_have_the_addresses_of_the_design(template: Template) -> None:
    subnets = {
        (subnet["CidrBlock"], subnet["AvailabilityZone"]["Fn::Select"][0], _kind(subnet))
        for subnet in template.of_type("AWS::EC2::Subnet").values()
    }
    assert template.only("AWS::EC2::VPC")["CidrBlock"] == "10.0.0.0/16"
    assert subnets == {
        ("10.0.1.0/24", 0, "Public"),
        ("10.0.2.0/24", 0, "Private"),
        ("10.0.3.0/24", 1, "Public"),
        ("10.0.4.0/24", 1, "Private"),
    }


def test_nothing_is_open_to_the_world(template: Template) -> None:
    rules = list(template.of_type("AWS::EC2::SecurityGroupIngress").values())
    for group in template.of_type("AWS::EC2::SecurityGroup").values():
        rules += group.get("SecurityGroupIngress", [])
    assert rules
    assert all("CidrIp" not in rule and "CidrIpv6" not in rule for rule in rules)


def test_redis_hears_only_the_functions(template: Template) -> None:
    [redis] = template.only("AWS::ElastiCache::ReplicationGroup")["SecurityGroupIds"]
    assert _ingress(template, redis) == {(_functions(template), REDIS_PORT)}


def test_the_functions_reach_aws_services_without_the_internet(
    template: Template, prod: Template
) -> None:
    assert _services(template) == {
        "lambda": "lambda:InvokeFunction",
        "secretsmanager": "secretsmanager:GetSecretValue",
    }
    assert _services(prod) == {
        "lambda": "lambda:InvokeFunction",
        "secretsmanager": "secretsmanager:GetSecretValue",
        "sagemaker.runtime": "sagemaker:InvokeEndpoint",
    }


def test_the_doors_to_aws_services_hear_only_the_functions(prod: Template) -> None:
    for endpoint in _interfaces(prod):
        [group] = endpoint["SecurityGroupIds"]
        assert _ingress(prod, group) == {(_functions(prod), 443)}
        assert endpoint["PrivateDnsEnabled"] is True
        assert len(endpoint["SubnetIds"]) == 2


def test_nobody_carries_data_out_through_the_doors_to_aws_services(prod: Template) -> None:
    for endpoint in _interfaces(prod):
        [statement] = endpoint["PolicyDocument"]["Statement"]
        ours = {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
        assert statement["Condition"] == ours


def test_all_that_flows_is_logged_for_as_long_as_the_stage_says(template: Template) -> None:
    flows = template.only("AWS::EC2::FlowLog")
    group = template.of_type("AWS::Logs::LogGroup")[flows["LogGroupName"]["Ref"]]
    assert flows["TrafficType"] == "ALL"
    assert group["RetentionInDays"] == 30
    assert "KmsKeyId" in group


def test_redis_is_encrypted_and_survives_the_loss_of_a_zone(template: Template) -> None:
    group = template.only("AWS::ElastiCache::ReplicationGroup")
    assert group["TransitEncryptionEnabled"] is True
    assert group["AtRestEncryptionEnabled"] is True
    assert group["MultiAZEnabled"] is True
    assert group["AutomaticFailoverEnabled"] is True
    assert group["NumCacheClusters"] == 2


def _kind(subnet: dict[str, Any]) -> str:
    [kind] = [tag["Value"] for tag in subnet["Tags"] if tag["Key"] == "aws-cdk:subnet-name"]
    return str(kind)


def _functions(template: Template) -> str:
    """The one security group of the functions in the network, as JSON."""
    [group] = {
        json.dumps(each["VpcConfig"]["SecurityGroupIds"])
        for each in template.of_type("AWS::Lambda::Function").values()
        if "VpcConfig" in each
    }
    return json.dumps(json.loads(group)[0])


def _ingress(template: Template, group: Any) -> set[tuple[str, int]]:
    """The groups that may call this group, with their ports."""
    return {
        (json.dumps(rule["SourceSecurityGroupId"]), rule["FromPort"])
        for rule in template.of_type("AWS::EC2::SecurityGroupIngress").values()
        if rule["GroupId"] == group and rule["FromPort"] == rule["ToPort"]
    }


def _interfaces(template: Template) -> list[dict[str, Any]]:
    """The interface endpoints of AWS services."""
    endpoints = template.of_type("AWS::EC2::VPCEndpoint").values()
    return [each for each in endpoints if each.get("VpcEndpointType") == "Interface"]


def _services(template: Template) -> dict[str, str]:
    """The action that each interface endpoint allows, by service."""
    actions = {}
    for endpoint in _interfaces(template):
        [statement] = endpoint["PolicyDocument"]["Statement"]
        service = endpoint["ServiceName"].removeprefix("com.amazonaws.us-east-1.")
        actions[service] = statement["Action"]
    return actions
