"""The wildcards in our policies, each for resources that have no name before they are created."""

from aws_cdk import aws_s3 as s3

from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.endpoint_names import endpoint_name
from cdk.training import JOB_LOGS
from contracts.canary import CANARY_ID_PREFIX
from contracts.training import JOBS_PREFIX, TRAINING_PREFIX, job_name_prefix

# Actions without a resource, or whose resource has no name before it is created.
WITHOUT_RESOURCES = (
    "cloudwatch:PutMetricData",
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:UnassignPrivateIpAddresses",
    "ecr:GetAuthorizationToken",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
    "sagemaker:ListModelPackages",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)


def wildcards(data: DataStack, stage: Stage) -> list[str]:
    """Every resource with a wildcard in our policies, as cdk-nag writes it."""

    def in_bucket(bucket: s3.IBucket, *objects: str) -> list[str]:
        # The name under which the service stack imports the bucket.
        name = data.resolve(data.export_value(bucket.bucket_arn))["Fn::ImportValue"]
        return [f"{name}/{path}" for path in objects]

    buckets = data.buckets
    here = "<AWS::Region>:<AWS::AccountId>"
    account = f"{stage.region}:<AWS::AccountId>"
    sagemaker_resources = [
        f"model-package/chest-xray-{stage.name}/*",
        f"pipeline/{job_name_prefix(stage.name)}/execution/*",
        f"training-job/{job_name_prefix(stage.name)}-*",
    ]
    if name := endpoint_name(stage):
        sagemaker_resources += [f"endpoint-config/{name}-*", f"model/{name}-*"]
    return [
        "*",
        f"arn:<AWS::Partition>:cloudformation:{account}:stack/chest-xray-{stage.name}/*",
        f"arn:<AWS::Partition>:ec2:{here}:network-interface/*",
        f"arn:<AWS::Partition>:logs:{account}:log-group:{JOB_LOGS}:*",
        *(
            f"arn:<AWS::Partition>:sagemaker:{account}:{resource}"
            for resource in sagemaker_resources
        ),
        *in_bucket(buckets.facts, "facts/*", f"facts/{CANARY_ID_PREFIX}*"),
        *in_bucket(buckets.facts, "index/*", "sites/*", "sites/*/000001.json"),
        *in_bucket(buckets.facts, "accounts/*", "drift/*", "logins/*", "views/*"),
        *in_bucket(buckets.models, "models/*", "models/*/*", "models/*/model.tar.gz"),
        *in_bucket(buckets.models, f"{TRAINING_PREFIX}*", f"{JOBS_PREFIX}*"),
        *in_bucket(buckets.images, "incoming/*", "radiographs/*", "radiographs/*/identity.json"),
        *in_bucket(buckets.images, "radiographs/*/original"),
        *in_bucket(buckets.images, "lists/*", "lists/progress/*"),
        *in_bucket(buckets.images, "index/*", "index/*/progress.json"),
    ]
