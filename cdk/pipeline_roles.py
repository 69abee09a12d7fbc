"""The roles of the training pipeline: one for its steps, and one for the job that registers.

Neither may do what a data scientist may not do by hand: no approval, no pointer, no endpoint.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk import iam_statements
from cdk.config import Stage
from cdk.iam_statements import TO_SAGEMAKER, WRITTEN_ONCE, allow, sagemaker_arn
from contracts import model_layout, training

_PENDING = {"StringEqualsIfExists": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}


class PipelineRoles(Construct):
    """`pipeline` starts the jobs of the steps, and `registration` is the role of the last one.

    `job_rights` are what any job in the container needs beside its data.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        training_role: iam.IRole,
        job_rights: list[iam.PolicyStatement],
        models: s3.IBucket,
        key: kms.IKey,
        group_name: str,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.pipeline = job_role(self, "Role", description="the training pipeline")
        self.registration = job_role(self, "RegistrationRole", description="registers models")
        jobs = training_jobs(self, stage)
        iam.ManagedPolicy(
            self,
            "Rights",
            description="What the training pipeline may do",
            roles=[self.pipeline],
            statements=[
                allow(
                    "sagemaker:AddTags",
                    "sagemaker:CreateTrainingJob",
                    "sagemaker:DescribeTrainingJob",
                    "sagemaker:StopTrainingJob",
                    on=[jobs],
                ),
                allow(
                    "iam:PassRole",
                    on=[training_role.role_arn, self.registration.role_arn],
                    only_if=TO_SAGEMAKER,
                ),
            ],
        )
        parameter = Stack.of(self).format_arn(
            service="ssm",
            resource="parameter",
            resource_name=training.parameter_name(stage.name).removeprefix("/"),
        )
        iam.ManagedPolicy(
            self,
            "RegistrationRights",
            description="What the job that registers a model may do",
            roles=[self.registration],
            statements=[
                *job_rights,
                *iam_statements.job_data(models, key, training.JOBS_PREFIX),
                allow("ssm:GetParameter", on=[parameter]),
                allow("s3:GetObject", on=[models.arn_for_objects(model_layout.file_key("*", "*"))]),
                allow("sagemaker:DescribeTrainingJob", on=[jobs]),
                # Takes no resource.
                allow("sagemaker:ListModelPackages", on=["*"]),
                *register(self, models, group_name),
            ],
        )


def job_role(scope: Construct, construct_id: str, *, description: str) -> iam.Role:
    """A role that only SageMaker in this account takes."""
    return iam.Role(
        scope,
        construct_id,
        description=f"Chest X-ray screening: {description}",
        assumed_by=iam_statements.own_service("sagemaker"),
    )


def training_jobs(scope: Construct, stage: Stage) -> str:
    """The ARN of the stage's jobs."""
    return sagemaker_arn(scope, "training-job", f"{training.job_name_prefix(stage.name)}-*")


def register(scope: Construct, models: s3.IBucket, group_name: str) -> list[iam.PolicyStatement]:
    """A release is written once, and its package is pending approval; the pointer is not part of
    it.
    """
    releases = models.arn_for_objects(model_layout.file_key("*", "*"))
    return [
        allow("s3:PutObject", on=[releases], only_if=WRITTEN_ONCE),
        allow("sagemaker:CreateModelPackage", on=packages(scope, group_name), only_if=_PENDING),
    ]


def packages(scope: Construct, group_name: str) -> list[str]:
    """The ARNs of a group of model packages, and of the packages in it."""
    return [
        sagemaker_arn(scope, "model-package-group", group_name),
        sagemaker_arn(scope, "model-package", f"{group_name}/*"),
    ]
