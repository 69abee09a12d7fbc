"""Redis is in the private subnets, and evicts keys that expire when it is full."""

from cdk.network import REDIS_PORT
from tests.synthesis import Template


def test_redis_is_in_the_private_subnets(template: Template) -> None:
    [name] = template.of_type("AWS::ElastiCache::SubnetGroup")
    subnets = template.only("AWS::ElastiCache::SubnetGroup")["SubnetIds"]
    private = [key for key in template.of_type("AWS::EC2::Subnet") if "Private" in key]
    assert template.only("AWS::ElastiCache::ReplicationGroup")["CacheSubnetGroupName"] == {
        "Ref": name
    }
    assert [subnet["Ref"] for subnet in subnets] == private


def test_a_full_redis_evicts_only_keys_that_expire(template: Template) -> None:
    [name] = template.of_type("AWS::ElastiCache::ParameterGroup")
    properties = template.only("AWS::ElastiCache::ParameterGroup")["Properties"]
    group = template.only("AWS::ElastiCache::ReplicationGroup")
    assert properties == {"maxmemory-policy": "volatile-lru"}
    assert group["CacheParameterGroupName"] == {"Ref": name}


def test_functions_send_to_redis_and_to_aws_services_only(template: Template) -> None:
    rules = template.of_type("AWS::EC2::SecurityGroupEgress").values()
    assert {rule["ToPort"] for rule in rules} == {REDIS_PORT, 443}
    assert all("CidrIp" not in rule for rule in rules)
