"""The functions of a stage, and the names and addresses that they receive as environment."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from bundles import function_definitions
from bundles.function_definitions import Function, Resources
from cdk.bundled_function import BundledFunction
from cdk.cache import Cache
from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.endpoint_names import endpoint_hours, endpoint_name
from cdk.network import Network
from cdk.scheduled_calls import ScheduledCalls
from contracts.sites import add_canary


class Functions:
    """Each function of a stage as an attribute, all of them in `scope` itself.

    Not a construct: its id would become part of each function's logical id, and replace them all.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        data: DataStack,
        cache: Cache,
        network: Network,
        refill: ScheduledCalls,
        drift: ScheduledCalls,
        stage: Stage,
    ) -> None:
        resources = build_resources(data=data, cache=cache, stage=stage)

        def build(
            function: Function,
            network: Network | None = None,
            dead_letters: sqs.IQueue | None = None,
            resources: Resources = resources,
        ) -> BundledFunction:
            return BundledFunction(
                scope,
                function.name.capitalize(),
                definition=function,
                resources=resources,
                keys=data.keys,
                stage=stage,
                network=network,
                dead_letters=dead_letters,
            )

        self.delete_radiograph = build(function_definitions.DELETE_RADIOGRAPH_FUNCTION, network)
        # Cognito is no service of the network, and the function has no right to data.
        self.accounts = build(function_definitions.ACCOUNTS_FUNCTION)
        self.api = build(
            function_definitions.API_FUNCTION,
            network,
            resources=replace(
                resources,
                deletion_function=self.delete_radiograph.function.function_name,
                accounts_function=self.accounts.function.function_name,
            ),
        )
        self.screening = build(function_definitions.SCREENING_FUNCTION, network)
        self.refill_cache = build(
            function_definitions.REFILL_CACHE_FUNCTION, network, refill.dead_letters
        )
        self.drift = build(function_definitions.DRIFT_FUNCTION, network, drift.dead_letters)
        self.release_model = build(function_definitions.RELEASE_MODEL_FUNCTION, network)
        # These go the way of a person outside, and have no right to data.
        self.registration = build(function_definitions.REGISTRATION_FUNCTION)
        self.canary = build(
            function_definitions.CANARY_FUNCTION,
            resources=replace(
                resources, registration_function=self.registration.function.function_name
            ),
        )
        # The page has no right to data, so it needs no place in the network.
        self.page = build(function_definitions.UI_FUNCTION)

    @property
    def monitored(self) -> Mapping[str, lambda_.Function]:
        """Each function under the name that metrics and alarms use, but the canary's two: its own
        alarm rings where one of them fails, and a fault rings once.
        """
        return {
            function_definitions.API_FUNCTION.name: self.api.function,
            function_definitions.SCREENING_FUNCTION.name: self.screening.function,
            function_definitions.REFILL_CACHE_FUNCTION.name: self.refill_cache.function,
            function_definitions.DRIFT_FUNCTION.name: self.drift.function,
            function_definitions.DELETE_RADIOGRAPH_FUNCTION.name: self.delete_radiograph.function,
            function_definitions.ACCOUNTS_FUNCTION.name: self.accounts.function,
            function_definitions.RELEASE_MODEL_FUNCTION.name: self.release_model.function,
            function_definitions.UI_FUNCTION.name: self.page.function,
        }


def build_resources(*, data: DataStack, cache: Cache, stage: Stage) -> Resources:
    """The names and addresses from which each function's environment is filled, but for the names
    of other functions.
    """
    return Resources(
        stage=stage.name,
        images_bucket=data.buckets.images.bucket_name,
        facts_bucket=data.buckets.facts.bucket_name,
        locks_facts="yes" if stage.facts_retention_days else "",
        models_bucket=data.buckets.models.bucket_name,
        redis_url=cache.url,
        redis_secret_arn=cache.secret.secret_arn,
        record_key_arn=cache.record_key.secret_arn,
        search_key_arn=data.search_key.secret_arn,
        endpoint_name=endpoint_name(stage),
        endpoint_hours=endpoint_hours(stage),
        sites=json.dumps({n: asdict(site) for n, site in add_canary(stage.sites).items()}),
        public_url=data.api.url,
        images_origin=data.buckets.images_origin,
        issuer=data.login.issuer,
        login_url=data.login.url,
        client_id=data.login.client.user_pool_client_id,
        session_secret_arn=data.session_secret.secret_arn,
        page_key_arn=data.page_key.secret_arn,
        deletion_function="",
        accounts_function="",
        user_pool_id=data.login.pool.user_pool_id,
        canary_client_id=data.login.canary_client.user_pool_client_id,
        canary_secret_arn=data.canary_secret.secret_arn,
        registration_function="",
    )
