"""Training jobs: their role, their network, and the parameter that describes both."""

import json

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk import iam_statements, serving
from cdk.buckets import Buckets
from cdk.config import Stage
from cdk.endpoint_names import endpoint_name, endpoint_schedule_name
from cdk.iam_statements import allow
from cdk.model_registry import ModelRegistry
from cdk.network import Network
from cloudwatch.alarm_rules.endpoint import ENDPOINT_FAILS, ENDPOINT_SLOW
from cloudwatch.alarms import alarm_name
from contracts import training
from contracts.serialisation import serialise
from contracts.training import TrainingEnvironment

_REPOSITORY = "tensorflow-training"
# One log group for all jobs of an account in a region; SageMaker creates it.
JOB_LOGS = "/aws/sagemaker/TrainingJobs"


class Training(Construct):
    """`role`, `group_name` of the model registry, `buckets` and their `models`, their `key`, and
    the `parameter` that `training.launch` reads.

    Jobs run in `network.training`, and read and write below `training/` in the models bucket.
    `failed` receives a message for each that fails.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        buckets: Buckets,
        key: kms.IKey,
        network: Network,
        model_registry: ModelRegistry,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        models = buckets.models
        self.buckets, self.models, self.key = buckets, models, key
        self.role = iam.Role(
            self,
            "Role",
            description="Chest X-ray screening: training jobs",
            assumed_by=iam_statements.own_service("sagemaker"),
        )
        iam.ManagedPolicy(
            self,
            "Rights",
            description="What training jobs may do",
            roles=[self.role],
            statements=[
                *_data(models, key),
                *iam_statements.container_image(_REPOSITORY, stage.region),
                *iam_statements.monitoring(*job_logs(self)),
                *iam_statements.network(network.training_subnets, network.training),
            ],
        )
        self.failed = self._collect_failed()
        self.group_name = model_registry.name
        environment = TrainingEnvironment(
            stage=stage.name,
            region=stage.region,
            models_bucket=models.bucket_name,
            key_arn=key.key_arn,
            role_arn=self.role.role_arn,
            subnets=",".join(subnet.subnet_id for subnet in network.training_subnets),
            security_group=network.training.security_group_id,
            model_package_group=self.group_name,
            serving_image=serving.image(stage.region, stage.container_image)
            if serving.registry(stage.region)
            else "",
            endpoint_name=endpoint_name(stage),
            endpoint_alarms=",".join(
                alarm_name(stage.name, rule) for rule in (ENDPOINT_FAILS, ENDPOINT_SLOW)
            ),
            endpoint_schedule=endpoint_schedule_name(stage),
            facts_bucket=buckets.facts.bucket_name,
            images_bucket=buckets.images.bucket_name,
        )
        self.parameter = ssm.StringParameter(
            self,
            "Place",
            parameter_name=training.parameter_name(stage.name),
            description="Chest X-ray screening: the environment of training jobs",
            string_value=json.dumps(serialise(environment)),
        )

    def _collect_failed(self) -> sqs.Queue:
        """The queue of the jobs that fail under this stage's role."""
        queue = sqs.Queue(
            self,
            "Failed",
            # EventBridge cannot be limited to our key, and the messages hold no patient data.
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        events.Rule(
            self,
            "WhenFailed",
            description="Collects the training jobs that fail",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Training Job State Change"],
                detail={"TrainingJobStatus": ["Failed"], "RoleArn": [self.role.role_arn]},
            ),
            targets=[targets.SqsQueue(queue)],
        )
        return queue


def job_logs(scope: Construct) -> list[str]:
    """The ARNs of the log group of all training jobs, and of the streams in it."""
    names = (JOB_LOGS, f"{JOB_LOGS}:*")
    return [
        Stack.of(scope).format_arn(
            service="logs",
            resource="log-group",
            resource_name=name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        for name in names
    ]


def _data(models: s3.IBucket, key: kms.IKey) -> list[iam.PolicyStatement]:
    """A job cannot write releases: a person registers its result."""
    return [
        allow("s3:ListBucket", on=[models.bucket_arn]),
        allow(
            "s3:GetObject",
            "s3:PutObject",
            on=[models.arn_for_objects(f"{training.TRAINING_PREFIX}*")],
        ),
        allow("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[key.key_arn]),
        # For the instance's disks: used by AWS itself, not by code in the job.
        allow(
            "kms:CreateGrant",
            on=[key.key_arn],
            only_if={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]
