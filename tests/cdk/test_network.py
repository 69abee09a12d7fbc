"""The network has the addresses that the design names, and Redis hears only the functions."""


def test_subnets_have_the_addresses_of_the_design(template):
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


def test_nothing_is_open_to_the_world(template):
    rules = list(template.of_type("AWS::EC2::SecurityGroupIngress").values())
    for group in template.of_type("AWS::EC2::SecurityGroup").values():
        rules += group.get("SecurityGroupIngress", [])
    assert rules
    assert all("CidrIp" not in rule and "CidrIpv6" not in rule for rule in rules)


def test_redis_hears_only_the_functions(template):
    [rule] = template.of_type("AWS::EC2::SecurityGroupIngress").values()
    redis = template.only("AWS::ElastiCache::ReplicationGroup")["SecurityGroupIds"]
    functions = [
        each["VpcConfig"]["SecurityGroupIds"]
        for each in template.of_type("AWS::Lambda::Function").values()
        if "VpcConfig" in each
    ]
    assert [rule["GroupId"]] == redis
    assert rule["FromPort"] == rule["ToPort"] == 6379
    assert all(groups == [rule["SourceSecurityGroupId"]] for groups in functions)


def test_redis_is_encrypted_and_survives_the_loss_of_a_zone(template):
    group = template.only("AWS::ElastiCache::ReplicationGroup")
    assert group["TransitEncryptionEnabled"] is True
    assert group["AtRestEncryptionEnabled"] is True
    assert group["MultiAZEnabled"] is True
    assert group["AutomaticFailoverEnabled"] is True
    assert group["NumCacheClusters"] == 2


def _kind(subnet):
    [kind] = [tag["Value"] for tag in subnet["Tags"] if tag["Key"] == "aws-cdk:subnet-name"]
    return kind
