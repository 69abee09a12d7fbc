"""Training jobs: their role, their network, and the parameter that describes both."""

import json

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk import iam_statements, serving
from cdk.buckets import Buckets
from cdk.config import Stage
from cdk.endpoint_names import endpoint_name, endpoint_schedule_name
from cdk.model_registry import ModelRegistry
from cdk.network import Network
from cdk.pipeline_roles import PipelineRoles, job_role
from cloudwatch.alarm_rules.endpoint import ENDPOINT_FAILS, ENDPOINT_SLOW
from cloudwatch.alarms import alarm_name
from contracts import training
from contracts.serialisation import serialise
from contracts.training import TrainingEnvironment

_REPOSITORY = "tensorflow-training"
# One log group for all jobs of an account in a region; SageMaker creates it.
JOB_LOGS = "/aws/sagemaker/TrainingJobs"


class Training(Construct):
    """`role` of the jobs and `roles` of the pipeline, `group_name` of the model registry, `buckets`
    and their `models`, their `key`, and the `parameter` that `training.launch` reads.

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
        self.role = job_role(self, "Role", description="training jobs")
        job_rights = [
            *iam_statements.container_image(_REPOSITORY, stage.region),
            *iam_statements.monitoring(*job_logs(self)),
            *iam_statements.network(network.training_subnets, network.training),
        ]
        iam.ManagedPolicy(
            self,
            "Rights",
            description="What training jobs may do",
            roles=[self.role],
            # A job cannot write releases: a person, or the last job of the pipeline, registers.
            statements=[
                *iam_statements.job_data(models, key, training.TRAINING_PREFIX),
                *job_rights,
            ],
        )
        self.group_name = model_registry.name
        self.roles = PipelineRoles(
            self,
            "Pipeline",
            training_role=self.role,
            job_rights=job_rights,
            models=models,
            key=key,
            group_name=self.group_name,
            stage=stage,
        )
        self.failed = self._collect_failed()
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
            pipeline_role_arn=self.roles.pipeline.role_arn,
            registration_role_arn=self.roles.registration.role_arn,
        )
        self.parameter = ssm.StringParameter(
            self,
            "Place",
            parameter_name=training.parameter_name(stage.name),
            description="Chest X-ray screening: the environment of training jobs",
            string_value=json.dumps(serialise(environment)),
        )

    def _collect_failed(self) -> sqs.Queue:
        """The queue of the jobs that fail under this stage's roles."""
        roles = (self.role, self.roles.registration)
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
                detail={
                    "TrainingJobStatus": ["Failed"],
                    "RoleArn": [role.role_arn for role in roles],
                },
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
