"""Everything that holds data: images, facts, models, queue, accounts, and the address."""

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.api_address import RestApi
from cdk.audit_logs import AuditLogs
from cdk.buckets import Buckets
from cdk.config import Stage
from cdk.ingestion import Ingestion
from cdk.keys import Keys
from cdk.login import Login
from cdk.model_registry import ModelRegistry


class DataStack(Stack):
    """Each part is an attribute for the service stack; references go in this direction only."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=stage.region),
            description=f"Chest X-ray screening, {stage.name}: data, accounts and the address",
            termination_protection=stage.protects_data,
        )
        self.keys = Keys(self, "Keys", stage=stage)
        self.logs = AuditLogs(self, "Logs", key=self.keys.operations, stage=stage)
        self.api = RestApi(self, "FrontDoor", stage=stage)
        self.buckets = Buckets(
            self, "Buckets", page_origin=self.api.origin, key=self.keys.data, stage=stage
        )
        self.ingestion = Ingestion(self, "Intake", bucket=self.buckets.images, key=self.keys.data)
        self.model_registry = ModelRegistry(self, "Register", stage=stage)
        self.login = Login(self, "Login", page_url=self.api.url, stage=stage)
        self.session_secret = self._create_secret("SessionSecret")
        self.page_key = self._create_secret("PageKey")
        self.search_key = self._create_secret("SearchKey")
        # A random text until the canary's account is registered.
        self.canary_secret = self._create_secret("CanaryAccount")
        CfnOutput(self, "PageUrl", value=self.api.url)
        CfnOutput(self, "UserPool", value=self.login.pool.user_pool_id)
        CfnOutput(self, "CanaryClient", value=self.login.canary_client.user_pool_client_id)
        CfnOutput(self, "CanarySecret", value=self.canary_secret.secret_arn)
        CfnOutput(self, "PageKeySecret", value=self.page_key.secret_arn)
        CfnOutput(self, "FactsBucket", value=self.buckets.facts.bucket_name)
        CfnOutput(self, "ImagesBucket", value=self.buckets.images.bucket_name)
        CfnOutput(self, "ModelsBucket", value=self.buckets.models.bucket_name)

    def _create_secret(self, name: str) -> secretsmanager.Secret:
        """64 letters and digits are 381 random bits, more than a key of 256 bits needs."""
        return secretsmanager.Secret(
            self,
            name,
            encryption_key=self.keys.data,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
        )
