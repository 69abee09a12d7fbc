"""The architecture: everything that can be created again from the code and the data stack."""

from aws_cdk import CfnOutput, Environment, Stack
from constructs import Construct

from cdk.api import Api
from cdk.cache import Cache
from cdk.canary import schedule_canary
from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.endpoint import build_endpoint
from cdk.firewall import Firewall
from cdk.functions import Functions
from cdk.grants import grant_rights
from cdk.model_release import ModelRelease
from cdk.network import Network
from cdk.radiograph_deletion_policy import DeletionPolicy
from cdk.scheduled_calls import ScheduledCalls
from cdk.training import Training
from cdk.training_policies import TrainingPolicies
from cloudwatch.budget import Budget
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.monitoring import Monitoring
from cloudwatch.topics import Severity


class ServiceStack(Stack):
    """Functions, network, API, endpoint, training and monitoring of one stage."""

    def __init__(
        self, scope: Construct, construct_id: str, *, data: DataStack, stage: Stage
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=stage.region),
            description=f"Chest X-ray screening, {stage.name}: functions, network and monitoring",
            termination_protection=stage.protects_service,
        )
        keys, models = data.keys, data.buckets.models
        network = Network(self, "Network", log=data.logs.flows, stage=stage)
        cache = Cache(self, "Cache", network=network, keys=keys, stage=stage)
        refill = ScheduledCalls(self, "Refill", name="rebuild")
        drift = ScheduledCalls(self, "DriftSchedule", name="drift")
        functions = Functions(
            self,
            data=data,
            cache=cache,
            network=network,
            refill=refill,
            drift=drift,
            stage=stage,
        )
        refill.refill_nightly(functions.refill_cache, sites=stage.sites)
        drift.compare_hourly(functions.drift)
        schedule_canary(self, functions.canary)
        data.ingestion.deliver_to(functions.screening, max_concurrency=stage.screening_concurrency)
        api = Api(
            self,
            "FrontDoor",
            rest_api=data.api,
            api=functions.api.function,
            page=functions.page.function,
            users=data.login.pool,
            access_log=data.logs.api_access,
            key=keys.operations,
            stage=stage,
        )
        firewall = Firewall(
            self,
            "Firewall",
            protected_arn=api.stage_arn,
            prefix=data.api.prefix,
            page_key=data.page_key,
            log_name=data.logs.firewall_name,
            stage=stage,
        )
        release = ModelRelease(
            self, "ModelRelease", function=functions.release_model, models=models
        )
        endpoint = build_endpoint(
            self, release=release, models=models, network=network, keys=keys, stage=stage
        )
        training = Training(
            self,
            "Training",
            buckets=data.buckets,
            key=keys.data,
            network=network,
            model_registry=data.model_registry,
            stage=stage,
        )
        TrainingPolicies(self, "TrainingPeople", training=training, endpoint=endpoint, stage=stage)
        DeletionPolicy(
            self,
            "DeletionPolicy",
            delete_radiograph=functions.delete_radiograph.function,
            stage=stage,
        )
        redis_secrets = [cache.secret, cache.record_key]
        grant_rights(functions, data=data, redis_secrets=redis_secrets, endpoint=endpoint)
        resources = MonitoredResources(
            stage=stage.name,
            sites=stage.sites,
            api_name=data.api.name,
            web_acl=firewall.metric_name,
            functions=functions.monitored,
            queues=[data.ingestion.monitored, refill.monitored, drift.monitored],
            failed_training=training.failed,
            redis=cache.group,
            access_log=data.logs.api_access,
            user_pool=data.login.pool.user_pool_id,
            runbook_url=stage.runbook_url,
            endpoint=endpoint.monitored if endpoint else None,
        )
        monitoring = Monitoring(
            self,
            "Watch",
            resources=resources,
            key=keys.operations,
            email=stage.alarm_email,
            addresses={
                Severity.PAGE: stage.alarm_page_addresses,
                Severity.TICKET: stage.alarm_ticket_addresses,
            },
        )
        if stage.monthly_budget:
            Budget(
                self,
                "Budget",
                stage=stage.name,
                dollars=stage.monthly_budget,
                emails=stage.ticket_emails,
            )
        self.alarm_subscriptions = monitoring.topics.subscriptions
        if endpoint:
            endpoint.roll_back_on(*monitoring.rollback_alarms)
            CfnOutput(self, "EndpointName", value=endpoint.name)
        CfnOutput(
            self, "DeletionFunction", value=functions.delete_radiograph.function.function_name
        )
        CfnOutput(self, "RefillFunction", value=functions.refill_cache.function.function_name)
        CfnOutput(self, "DashboardUrl", value=monitoring.dashboard_url)
        CfnOutput(self, "Model", value=release.summary, description="The version that answers")
