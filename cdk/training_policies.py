"""Three policies to attach to people's own roles: data scientist, model approver, film collector.

The first two are separate, so that no single person can bring a model to patients. The third reads
patients' films, which who trains on a collected data set need not.
"""

from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import Stage
from cdk.endpoint import Endpoint
from cdk.endpoint_schedule import EndpointSchedule
from cdk.iam_statements import TO_SAGEMAKER, WRITTEN_ONCE, allow, sagemaker_arn
from cdk.pipeline_roles import packages, register, training_jobs
from cdk.training import Training, job_logs
from contracts import keys, model_layout
from contracts.training import COLLECTION_SECRET_KEY, TRAINING_PREFIX, job_name_prefix


class TrainingPolicies(Construct):
    """The policies have fixed names, by which permission sets of IAM Identity Center find them. IAM
    has one name space for all regions of an account.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        training: Training,
        endpoint: Endpoint | None,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self._training, self._models, self._stage = training, training.models, stage
        self._policy("Scientist", "data-scientist", [*self._common(), *self._train()])
        endpoint_statements = self._endpoint(endpoint) if endpoint else []
        self._policy(
            "Approver",
            "model-approver",
            [*self._common(), *self._approve(), *endpoint_statements],
        )
        self._policy("Collector", "film-collector", self._collect())

    def _policy(self, construct_id: str, name: str, rights: list[iam.PolicyStatement]) -> None:
        iam.ManagedPolicy(
            self,
            construct_id,
            managed_policy_name=self._stage.global_name(name),
            description=f"Chest X-ray screening, {self._stage.name}: {name}",
            statements=rights,
        )

    def _common(self) -> list[iam.PolicyStatement]:
        return [
            allow("ssm:GetParameter", on=[self._training.parameter.parameter_arn]),
            allow("s3:ListBucket", on=[self._models.bucket_arn]),
            allow(
                "s3:GetObject", on=[self._models.arn_for_objects(model_layout.file_key("*", "*"))]
            ),
            allow("kms:Decrypt", "kms:GenerateDataKey", on=[self._training.key.key_arn]),
            # Which version answers.
            allow("s3:GetObject", on=[self._models.arn_for_objects(model_layout.POINTER_KEY)]),
            *self._read_facts(),
            # Takes no resource.
            allow("sagemaker:ListModelPackages", on=["*"]),
            allow(
                "sagemaker:DescribeModelPackage",
                "sagemaker:DescribeModelPackageGroup",
                on=packages(self, self._training.group_name),
            ),
        ]

    def _read_facts(self) -> list[iam.PolicyStatement]:
        """For the lineage of an answer: facts and settings name no patient. Who opened a film, who
        logged in and what became of accounts lies beside them, and stays closed.
        """
        patterns = [f"{prefix}*" for prefix in (keys.FACTS_PREFIX, keys.SITES_PREFIX)]
        facts = self._training.buckets.facts
        return [
            allow("s3:GetObject", on=[facts.arn_for_objects(each) for each in patterns]),
            allow(
                "s3:ListBucket",
                on=[facts.bucket_arn],
                only_if={"StringLike": {"s3:prefix": patterns}},
            ),
        ]

    def _train(self) -> list[iam.PolicyStatement]:
        """Only the pipeline may pass the role that registers."""
        training = self._training
        pipeline = sagemaker_arn(self, "pipeline", job_name_prefix(self._stage.name))
        return [
            allow(
                "s3:GetObject",
                "s3:PutObject",
                on=[self._models.arn_for_objects(f"{TRAINING_PREFIX}*")],
            ),
            allow(
                "sagemaker:AddTags",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopTrainingJob",
                on=[training_jobs(self, self._stage)],
            ),
            allow(
                "sagemaker:CreatePipeline",
                "sagemaker:DescribePipeline",
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:StartPipelineExecution",
                "sagemaker:StopPipelineExecution",
                "sagemaker:UpdatePipeline",
                on=[pipeline, f"{pipeline}/execution/*"],
            ),
            allow(
                "iam:PassRole",
                on=[training.role.role_arn, training.roles.pipeline.role_arn],
                only_if=TO_SAGEMAKER,
            ),
            allow("logs:DescribeLogStreams", "logs:GetLogEvents", on=job_logs(self)),
            *register(self, self._models, training.group_name),
        ]

    def _approve(self) -> list[iam.PolicyStatement]:
        pointer = self._models.arn_for_objects(model_layout.POINTER_KEY)
        return [
            allow("s3:PutObject", on=[pointer]),
            allow("sagemaker:UpdateModelPackage", on=packages(self, self._training.group_name)),
        ]

    def _collect(self) -> list[iam.PolicyStatement]:
        """Originals and no identities: those hold the doctors' notes and names as well."""
        facts, images = self._training.buckets.facts, self._training.buckets.images
        secret = self._models.arn_for_objects(COLLECTION_SECRET_KEY)
        return [
            allow("ssm:GetParameter", on=[self._training.parameter.parameter_arn]),
            allow("s3:ListBucket", on=[facts.bucket_arn]),
            allow(
                "s3:GetObject",
                on=[
                    facts.arn_for_objects("facts/*"),
                    facts.arn_for_objects("sites/*"),
                    images.arn_for_objects(keys.original("*")),
                    secret,
                ],
            ),
            allow("s3:PutObject", on=[secret], only_if=WRITTEN_ONCE),
            allow("kms:Decrypt", "kms:GenerateDataKey", on=[self._training.key.key_arn]),
        ]

    def _endpoint(self, endpoint: Endpoint) -> list[iam.PolicyStatement]:
        """A promotion creates a model and a configuration, named after the endpoint."""
        promoted = [
            sagemaker_arn(self, kind, f"{endpoint.name}-*") for kind in ("model", "endpoint-config")
        ]
        return [
            allow(
                "sagemaker:AddTags",
                "sagemaker:CreateEndpointConfig",
                "sagemaker:CreateModel",
                on=promoted,
            ),
            allow(
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:DescribeModel",
                on=[*promoted, endpoint.model_arn, endpoint.config_arn],
            ),
            allow("sagemaker:DescribeEndpoint", on=[endpoint.arn]),
            allow("cloudwatch:DescribeAlarms", on=endpoint.alarms),
            allow("sagemaker:UpdateEndpoint", on=[endpoint.arn, *promoted]),
            allow("iam:PassRole", on=[endpoint.role_arn], only_if=TO_SAGEMAKER),
            *(self._schedule(endpoint.schedule) if endpoint.schedule else ()),
        ]

    def _schedule(self, schedule: EndpointSchedule) -> list[iam.PolicyStatement]:
        """A promotion names its configuration in the schedule that creates the endpoint."""
        to_scheduler = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
        return [
            allow("scheduler:GetSchedule", "scheduler:UpdateSchedule", on=[schedule.arn]),
            allow("iam:PassRole", on=[schedule.role_arn], only_if=to_scheduler),
        ]
