"""The architecture: the parts, what the functions are told of them, and what each may do."""

import json
from dataclasses import asdict

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from bundles import functions
from cdk.api import FrontDoor
from cdk.cache import Cache
from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.endpoint import Endpoint, endpoint_name
from cdk.firewall import Firewall
from cdk.function import BundledFunction
from cdk.model_release import ModelRelease
from cdk.network import Network
from cdk.refill_cache import Refill
from cdk.training import Training
from cdk.training_policies import TrainingPeople
from cloudwatch.monitored_resources import Watched, WatchedEndpoint
from cloudwatch.monitoring import Watch


class ServiceStack(Stack):
    """Everything that can be made again from the code and the data stack."""

    def __init__(
        self, scope: Construct, construct_id: str, *, data: DataStack, stage: Stage
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=stage.region),
            description=f"Chest X-ray screening, {stage.name}: functions, network and watch",
            termination_protection=stage.retain_data,
        )
        network = Network(self, "Network", log=data.logs.flows, stage=stage)
        cache = Cache(self, "Cache", network=network, keys=data.keys, stage=stage)
        resources = functions.Resources(
            stage=stage.name,
            images_bucket=data.buckets.pictures.bucket_name,
            facts_bucket=data.buckets.facts.bucket_name,
            models_bucket=data.buckets.models.bucket_name,
            redis_url=cache.url,
            redis_secret_arn=cache.secret.secret_arn,
            endpoint_name=endpoint_name(stage),
            sites=json.dumps({name: asdict(site) for name, site in stage.sites.items()}),
            public_url=data.api.url,
            images_origin=data.buckets.images_origin,
            issuer=data.login.issuer,
            login_url=data.login.url,
            client_id=data.login.client.user_pool_client_id,
            session_secret_arn=data.session_secret.secret_arn,
        )

        def function(
            made_of: functions.Function,
            network: Network | None = None,
            dead_letters: sqs.IQueue | None = None,
        ) -> BundledFunction:
            name = made_of.name.capitalize()
            return BundledFunction(
                self,
                name,
                made_of=made_of,
                resources=resources,
                keys=data.keys,
                stage=stage,
                network=network,
                dead_letters=dead_letters,
            )

        refill = Refill(self, "Refill")
        api = function(functions.API_FUNCTION, network)
        screening = function(functions.SCREENING_FUNCTION, network)
        rebuild = function(functions.REBUILD_FUNCTION, network, refill.dead_letters)
        refill.call_nightly(rebuild)
        releasing = function(functions.RELEASE_FUNCTION, network)
        # The page holds no rights to data, and so needs no place in the network.
        page = function(functions.UI_FUNCTION)
        door = FrontDoor(
            self,
            "FrontDoor",
            bare=data.api,
            api=api.function,
            page=page.function,
            users=data.login.pool,
            access_log=data.logs.door,
            key=data.keys.operations,
            stage=stage,
        )
        firewall = Firewall(
            self,
            "Firewall",
            protects=door.stage_arn,
            prefix=data.api.prefix,
            log_name=data.logs.firewall_name,
            stage=stage,
        )
        data.intake.feed(screening, at_once=stage.screening_concurrency)

        release = ModelRelease(self, "ModelRelease", function=releasing, models=data.buckets.models)
        endpoint = None
        if stage.endpoint_instance_type:
            endpoint = Endpoint(
                self,
                "Endpoint",
                release=release,
                models=data.buckets.models,
                network=network,
                keys=data.keys,
                stage=stage,
            )
            screening.allow("sagemaker:InvokeEndpoint", on=[endpoint.arn])
            CfnOutput(self, "EndpointName", value=endpoint.name)

        jobs = Training(
            self,
            "Training",
            models=data.buckets.models,
            key=data.keys.data,
            network=network,
            endpoint_name=endpoint_name(stage),
            register=data.register,
            stage=stage,
        )
        TrainingPeople(
            self,
            "TrainingPeople",
            jobs=jobs,
            models=data.buckets.models,
            key=data.keys.data,
            endpoint=endpoint,
            stage=stage,
        )

        facts, pictures, models = data.buckets.facts, data.buckets.pictures, data.buckets.models
        # Under our key, S3 asks it for a data key with each object that is put.
        for each in (api, screening, releasing):
            each.allow("kms:GenerateDataKey", on=[data.keys.data.key_arn])
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
        screening.allow("s3:GetObjectVersion", on=[arriving])
        screening.allow("s3:ListBucketVersions", on=[pictures.bucket_arn])
        rebuild.allow("s3:GetObject", on=[facts.arn_for_objects("*"), kept])
        releasing.allow("s3:GetObject", "s3:PutObject", on=[models.arn_for_objects("models/*")])
        releasing.allow("s3:ListBucket", on=[models.bucket_arn])
        for each in (api, screening, rebuild):
            each.allow("secretsmanager:GetSecretValue", on=[cache.secret.secret_arn])
        page.allow("secretsmanager:GetSecretValue", on=[data.session_secret.secret_arn])

        watched = Watched(
            stage=stage.name,
            api_name=data.api.name,
            functions={
                functions.API_FUNCTION.name: api.function,
                functions.SCREENING_FUNCTION.name: screening.function,
                functions.REBUILD_FUNCTION.name: rebuild.function,
                functions.RELEASE_FUNCTION.name: releasing.function,
                functions.UI_FUNCTION.name: page.function,
            },
            queues={"arrivals": data.intake.queue},
            dead_letters={
                "arrivals": data.intake.dead_letters,
                "rebuild": refill.dead_letters,
            },
            redis=cache.group,
            sites=stage.sites,
            web_acl=firewall.metric_name,
            endpoint=WatchedEndpoint(name=endpoint.name, variant=endpoint.variant_name)
            if endpoint
            else None,
        )
        watch = Watch(
            self, "Watch", watched=watched, key=data.keys.operations, email=stage.alarm_email
        )
        if endpoint:
            endpoint.roll_back_on(*watch.endpoint_alarms)

        CfnOutput(self, "DashboardUrl", value=watch.dashboard_url)
        CfnOutput(self, "Model", value=release.says, description="The version that answers")
