"""The architecture: the parts, what the functions are told of them, and what each may do."""

import json
from dataclasses import asdict

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk import bundles
from cdk.buckets import Buckets
from cdk.cache import Cache
from cdk.config import Stage
from cdk.front_door import FrontDoor
from cdk.function import BundledFunction
from cdk.intake import Intake
from cdk.login import Login
from cdk.network import Network
from cloudwatch.dashboard import Dashboard


class ScreeningStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id, env=Environment(region=stage.region))
        network = Network(self, "Network", stage=stage)
        front_door = FrontDoor(self, "FrontDoor", stage=stage)
        buckets = Buckets(self, "Buckets", page_origin=front_door.origin, stage=stage)
        intake = Intake(self, "Intake", bucket=buckets.pictures)
        cache = Cache(self, "Cache", network=network, stage=stage)
        login = Login(self, "Login", page_url=front_door.url, stage=stage)
        # 64 letters and digits are 381 random bits, more than the cookie's key takes.
        secret = secretsmanager.Secret(
            self,
            "SessionSecret",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
        )
        resources = bundles.Resources(
            stage=stage.name,
            pictures_bucket=buckets.pictures.bucket_name,
            facts_bucket=buckets.facts.bucket_name,
            models_bucket=buckets.models.bucket_name,
            redis_url=cache.url,
            endpoint_name="",  # None yet: the CPU model answers.
            sites=json.dumps({name: asdict(site) for name, site in stage.sites.items()}),
            public_url=front_door.url,
            pictures_origin=buckets.pictures_origin,
            issuer=login.issuer,
            login_url=login.url,
            client_id=login.client.user_pool_client_id,
            session_secret_arn=secret.secret_arn,
        )

        def function(made_of: bundles.Function, network: Network | None = None) -> BundledFunction:
            name = made_of.name.capitalize()
            return BundledFunction(
                self, name, made_of=made_of, resources=resources, stage=stage, network=network
            )

        api = function(bundles.API_FUNCTION, network)
        screening = function(bundles.SCREENING_FUNCTION, network)
        rebuild = function(bundles.REBUILD_FUNCTION, network)
        # The page holds no rights to data, and so needs no place in the network.
        page = function(bundles.UI_FUNCTION)
        front_door.serve(api=api.function, page=page.function, users=login.pool)
        intake.feed(screening.function, at_once=stage.screening_concurrency)

        facts, pictures, models = buckets.facts, buckets.pictures, buckets.models
        # Without the right to list, S3 says 403 of a key that is not there, and not 404.
        for each in (api, screening, rebuild):
            each.allow("s3:ListBucket", on=[facts.bucket_arn, pictures.bucket_arn])
        for each in (api, screening):
            each.allow("s3:GetObject", "s3:PutObject", on=[facts.arn_for_objects("*")])
            each.allow("s3:GetObject", on=[models.arn_for_objects("models/*")])
            each.allow("s3:ListBucket", on=[models.bucket_arn])
        arriving = pictures.arn_for_objects("incoming/*")
        kept = pictures.arn_for_objects("radiographs/*")
        identity = pictures.arn_for_objects("radiographs/*/identity.json")
        api.allow("s3:GetObject", on=[kept])
        api.allow("s3:PutObject", on=[arriving, identity])
        screening.allow("s3:GetObject", "s3:PutObject", on=[kept])
        screening.allow("s3:GetObject", "s3:GetObjectVersion", on=[arriving])
        screening.allow("s3:ListBucketVersions", on=[pictures.bucket_arn])
        rebuild.allow("s3:GetObject", on=[facts.arn_for_objects("*"), kept])
        page.allow("secretsmanager:GetSecretValue", on=[secret.secret_arn])

        Dashboard(
            self,
            "Dashboard",
            stage=stage.name,
            api=front_door.api,
            functions={
                "API": api.function,
                "Screening": screening.function,
                "Page": page.function,
            },
            queue=intake.queue,
            dead_letters=intake.dead_letters,
            redis=cache.group,
        )
        CfnOutput(self, "PageUrl", value=front_door.url)
        CfnOutput(self, "UserPool", value=login.pool.user_pool_id)
