"""Training jobs: where they run, what they may do, and who is told of it."""

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk import iam_statements, serving
from cdk.config import Stage
from cdk.iam_statements import allow
from cdk.model_registry import ModelRegister
from cdk.network import Network
from cloudwatch.alarms import alarm_name
from cloudwatch.rules.predictors import ENDPOINT_FAILS, ENDPOINT_SLOW
from contracts import training
from contracts.training import TrainingEnvironment

_REPOSITORY = "tensorflow-training"
# One for all jobs of an account in a region; SageMaker makes it with the first.
JOB_LOGS = "/aws/sagemaker/TrainingJobs"


class Training(Construct):
    """`role`, `group_name`, and the `parameter` by which `training.launch` finds all this. Jobs run
    in `network.training`, and read and write below `training/` in the models bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        models: s3.IBucket,
        key: kms.IKey,
        network: Network,
        endpoint_name: str,
        register: ModelRegister,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            description="Chest X-ray screening: training jobs",
            assumed_by=iam.ServicePrincipal(
                "sagemaker.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            ),
        )
        iam.ManagedPolicy(
            self,
            "Rights",
            description="What training jobs may do",
            roles=[self.role],
            statements=[
                *_data(models, key),
                *iam_statements.image(_REPOSITORY, stage.region),
                *iam_statements.watch(*job_logs(self)),
                *iam_statements.network(network.vpc.private_subnets, network.training),
            ],
        )
        self.group_name = register.name
        place = TrainingEnvironment(
            stage=stage.name,
            region=stage.region,
            models_bucket=models.bucket_name,
            key_arn=key.key_arn,
            role_arn=self.role.role_arn,
            subnets=",".join(subnet.subnet_id for subnet in network.vpc.private_subnets),
            security_group=network.training.security_group_id,
            model_package_group=self.group_name,
            serving_image=serving.image(stage.region) if serving.registry(stage.region) else "",
            endpoint_name=endpoint_name,
            endpoint_alarms=",".join(
                alarm_name(stage.name, rule) for rule in (ENDPOINT_FAILS, ENDPOINT_SLOW)
            ),
        )
        self.parameter = ssm.StringParameter(
            self,
            "Place",
            parameter_name=training.parameter_name(stage.name),
            description="Chest X-ray screening: where training jobs run, and with what",
            string_value=place.to_json(),
        )


def job_logs(scope: Construct) -> list[str]:
    """The group, which SageMaker makes by the first name, and the streams of all jobs in it."""
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
    """Releases are out of a job's reach: a person registers what it made."""
    return [
        allow("s3:ListBucket", on=[models.bucket_arn]),
        allow(
            "s3:GetObject",
            "s3:PutObject",
            on=[models.arn_for_objects(f"{training.TRAINING_PREFIX}*")],
        ),
        allow("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[key.key_arn]),
        # For the disks of the instance: by AWS itself, and by no code that runs in the job.
        allow(
            "kms:CreateGrant",
            on=[key.key_arn],
            only_if={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]
