"""The subnets have the designed addresses, and only the functions reach Redis."""

import json
from typing import Any

from cdk.network import REDIS_PORT
from tests.iam.policy import resolve
from tests.synthesis import Template

_PRIVATE = {("10.0.2.0/24", 0, "Private"), ("10.0.4.0/24", 1, "Private")}
_OF_TRAINING = {
    ("10.0.1.0/24", 0, "Public"),
    ("10.0.3.0/24", 1, "Public"),
    ("10.0.6.0/24", 0, "Training"),
    ("10.0.8.0/24", 1, "Training"),
}
# Resources by which a subnet gets a way to the internet.
_EXITS = ("AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::EIP", "AWS::EC2::Route")


def test_subnets_have_the_addresses_of_the_design(template: Template, prod: Template) -> None:
    assert template.only("AWS::EC2::VPC")["CidrBlock"] == "10.0.0.0/16"
    assert _subnets(template) == _PRIVATE
    assert _subnets(prod) == _PRIVATE | _OF_TRAINING


def test_where_nobody_trains_there_is_no_way_to_the_internet(template: Template) -> None:
    assert [kind for kind in _EXITS if template.of_type(kind)] == []


def test_only_training_jobs_have_a_way_to_the_internet(prod: Template) -> None:
    with_exit = {route["RouteTableId"]["Ref"] for route in prod.of_type("AWS::EC2::Route").values()}
    tables = {
        each["SubnetId"]["Ref"]: each["RouteTableId"]["Ref"]
        for each in prod.of_type("AWS::EC2::SubnetRouteTableAssociation").values()
    }
    subnets = prod.of_type("AWS::EC2::Subnet")
    kinds = {_kind(subnets[subnet]) for subnet, table in tables.items() if table in with_exit}
    assert kinds == {"Public", "Training"}
    used = [
        reference["Ref"]
        for each in [
            *(f["VpcConfig"] for f in _functions_in_the_network(prod)),
            prod.only("AWS::ElastiCache::SubnetGroup"),
            *_interfaces(prod),
        ]
        for reference in each["SubnetIds"]
    ] + [each["Ref"] for each in prod.only("AWS::SageMaker::Model")["VpcConfig"]["Subnets"]]
    assert {_kind(subnets[subnet]) for subnet in used} == {"Private"}


def test_s3_is_reached_by_a_gateway_that_lets_no_data_out(stage: Template) -> None:
    """CloudFormation's own bucket takes a function's answer, and gives nothing to read."""
    [gateway] = [
        each
        for each in stage.of_type("AWS::EC2::VPCEndpoint").values()
        if each["VpcEndpointType"] == "Gateway"
    ]
    ours, answers = gateway["PolicyDocument"]["Statement"]
    assert ours["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    assert answers["Action"] == "s3:PutObject"
    bucket = "cloudformation-custom-resource-response-useast1"
    assert resolve(answers["Resource"]).endswith(f":s3:::{bucket}/*")
    tables = {each["Ref"] for each in gateway["RouteTableIds"]}
    private = {
        each["RouteTableId"]["Ref"]
        for each in stage.of_type("AWS::EC2::SubnetRouteTableAssociation").values()
        if _kind(stage.of_type("AWS::EC2::Subnet")[each["SubnetId"]["Ref"]]) == "Private"
    }
    assert private <= tables


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


def _subnets(template: Template) -> set[tuple[str, int, str]]:
    """Addresses, zone and kind of each subnet."""
    return {
        (subnet["CidrBlock"], subnet["AvailabilityZone"]["Fn::Select"][0], _kind(subnet))
        for subnet in template.of_type("AWS::EC2::Subnet").values()
    }


def _functions_in_the_network(template: Template) -> list[dict[str, Any]]:
    functions = template.of_type("AWS::Lambda::Function").values()
    return [each for each in functions if "VpcConfig" in each]


def _kind(subnet: dict[str, Any]) -> str:
    [kind] = [tag["Value"] for tag in subnet["Tags"] if tag["Key"] == "aws-cdk:subnet-name"]
    return str(kind)


def _functions(template: Template) -> str:
    """The one security group of the functions in the network, as JSON."""
    [group] = {
        json.dumps(each["VpcConfig"]["SecurityGroupIds"])
        for each in _functions_in_the_network(template)
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
