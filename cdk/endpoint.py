"""The GPU endpoint: serves the version that the pointer names, by TensorFlow Serving.

L1 resources: CDK's own constructs for SageMaker are an alpha package.
"""

from typing import Any

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_sagemaker import CfnEndpoint, CfnEndpointConfig, CfnModel
from constructs import Construct

from cdk import serving
from cdk.config import Stage
from cdk.endpoint_names import endpoint_name, endpoint_schedule_name
from cdk.endpoint_role import EndpointRole
from cdk.endpoint_scaling import EndpointScaling
from cdk.endpoint_schedule import EndpointSchedule
from cdk.keys import Keys
from cdk.log_protection import build_protection
from cdk.model_release import ModelRelease
from cdk.network import Network
from cloudwatch.alarm_rules.endpoint import ENDPOINT_FAILS, ENDPOINT_SLOW
from cloudwatch.alarms import alarm_name
from cloudwatch.monitored_resources import MonitoredEndpoint
from contracts.training import BAKE_SECONDS

_VARIANT = "all"
_MAX_UPDATE_SECONDS = 3_600


class Endpoint(Construct):
    """`name`, `arn`, `role_arn`, `model_arn`, `config_arn`, and the ARNs of the `alarms` that roll
    a new version back. Exists only where the stage sets an instance type. `schedule` creates and
    deletes it by the hour, where the stage has one; then the stack has no endpoint itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        release: ModelRelease,
        models: s3.IBucket,
        network: Network,
        keys: Keys,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = endpoint_name(stage)
        self.arn = Stack.of(self).format_arn(
            service="sagemaker", resource="endpoint", resource_name=self.name
        )
        # By their names: the alarms themselves depend on the endpoint.
        self.alarms = [
            Stack.of(self).format_arn(
                service="cloudwatch",
                resource="alarm",
                resource_name=alarm_name(stage.name, rule),
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
            for rule in (ENDPOINT_FAILS, ENDPOINT_SLOW)
        ]
        self._network = network
        self._release = release
        group = self._security_group()
        role = EndpointRole(
            self,
            "Role",
            models=models,
            key=keys.data,
            log_group=self._logs(keys.operations, stage),
            subnets=network.subnets,
            security_group=group,
            alarms=self.alarms,
            region=stage.region,
        )
        model = self._model(role, group, stage)
        config = self._config(model, stage)
        self.role_arn = role.role.role_arn
        self.model_arn, self.config_arn = model.ref, config.ref
        self._resource: CfnEndpoint | None = None
        self.schedule: EndpointSchedule | None = None
        if stage.endpoint_is_scheduled:
            self.schedule = EndpointSchedule(
                self,
                "Schedule",
                name=endpoint_schedule_name(stage),
                endpoint_name=self.name,
                endpoint_arn=self.arn,
                config=config,
                stage=stage,
            )
            return
        self._resource = self._endpoint(config)
        scaling = EndpointScaling(self, "Scaling", name=self.name, variant=_VARIANT, stage=stage)
        scaling.node.add_dependency(self._resource)

    @property
    def monitored(self) -> MonitoredEndpoint:
        return MonitoredEndpoint(name=self.name, variant=_VARIANT)

    def roll_back_on(self, *alarms: cloudwatch.IAlarm) -> None:
        """Rolls a new version back if one of the alarms rings within its trial period. Where there
        is a schedule, only promotions update the endpoint, and name the alarms themselves.
        """
        names = [{"AlarmName": alarm.alarm_name} for alarm in alarms]
        self._release.track("RollBackOn", names)
        if self._resource is None:
            return
        self._resource.add_property_override(
            "DeploymentConfig.AutoRollbackConfiguration.Alarms", names
        )

    def _model(self, role: EndpointRole, group: ec2.ISecurityGroup, stage: Stage) -> CfnModel:
        container: dict[str, Any] = {
            "image": serving.image(stage.region, stage.container_image),
            "environment": serving.environment(max_concurrent_calls=stage.screening_concurrency),
        }
        network: dict[str, Any] = {
            "security_group_ids": [group.security_group_id],
            "subnets": [subnet.subnet_id for subnet in self._network.subnets],
        }
        arn = role.role.role_arn
        self._release.track("Model", {**container, **network, "role": arn})
        model = CfnModel(
            self,
            "Model",
            execution_role_arn=arn,
            enable_network_isolation=True,
            primary_container=CfnModel.ContainerDefinitionProperty(
                model_data_url=self._release.model_data_url, **container
            ),
            vpc_config=CfnModel.VpcConfigProperty(**network),
        )
        model.node.add_dependency(role.policy)
        return model

    def _config(self, model: CfnModel, stage: Stage) -> CfnEndpointConfig:
        """Without a key of ours: SageMaker refuses one for instances with local disks, and all
        instances with these GPUs have them. Their hardware encrypts the disks.
        """
        variant: dict[str, Any] = {
            "variant_name": _VARIANT,
            "initial_variant_weight": 1,
            "initial_instance_count": stage.endpoint_instances[0],
            "instance_type": stage.endpoint_instance_type,
            "inference_ami_version": serving.MACHINE_IMAGE,
            "container_startup_health_check_timeout_in_seconds": serving.START_SECONDS,
        }
        self._release.track("Config", variant)
        return CfnEndpointConfig(
            self,
            "Config",
            production_variants=[
                CfnEndpointConfig.ProductionVariantProperty(
                    model_name=model.attr_model_name, **variant
                )
            ],
        )

    def _endpoint(self, config: CfnEndpointConfig) -> CfnEndpoint:
        """Updates replace the whole fleet: a single instance cannot be replaced step by step."""
        routing: dict[str, Any] = {"type": "ALL_AT_ONCE", "wait_interval_in_seconds": BAKE_SECONDS}
        limit: dict[str, Any] = {"maximum_execution_timeout_in_seconds": _MAX_UPDATE_SECONDS}
        self._release.track("Deployment", {**routing, **limit})
        policy = CfnEndpoint.BlueGreenUpdatePolicyProperty(
            traffic_routing_configuration=CfnEndpoint.TrafficRoutingConfigProperty(**routing),
            **limit,
        )
        return CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.name,
            endpoint_config_name=config.attr_endpoint_config_name,
            # Keeps the current number of instances, not the initial one.
            retain_all_variant_properties=True,
            deployment_config=CfnEndpoint.DeploymentConfigProperty(blue_green_update_policy=policy),
        )

    def _security_group(self) -> ec2.SecurityGroup:
        """Has no ingress rule: SageMaker passes calls on from inside the instance."""
        group = ec2.SecurityGroup(
            self,
            "Group",
            vpc=self._network.vpc,
            description="The endpoint: fetches the model, and is isolated from then on",
            allow_all_outbound=False,
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "S3, for the model")
        return group

    def _logs(self, key: kms.IKey, stage: Stage) -> logs.LogGroup:
        """Without it, SageMaker would create a group without expiry and without our key."""
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/sagemaker/Endpoints/{self.name}",
            data_protection_policy=build_protection(),
            retention=stage.log_retention,
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )


def build_endpoint(
    scope: Construct,
    *,
    release: ModelRelease,
    models: s3.IBucket,
    network: Network,
    keys: Keys,
    stage: Stage,
) -> Endpoint | None:
    """The stage's endpoint; None where the CPU model alone answers."""
    if not stage.endpoint_instance_type:
        return None
    return Endpoint(
        scope,
        "Endpoint",
        release=release,
        models=models,
        network=network,
        keys=keys,
        stage=stage,
    )
