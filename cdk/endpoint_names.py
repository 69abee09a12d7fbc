"""The names and hours of a stage's endpoint, which functions and training need as well."""

from cdk.config import Stage
from cdk.endpoint_scaling import WORKING_HOURS
from contracts.endpoint_hours import EndpointHours


def endpoint_name(stage: Stage) -> str:
    """The endpoint's name; empty where the CPU model alone answers.

    It contains the instance type, because SageMaker refuses to change the type of an endpoint with
    autoscaling: another type becomes another endpoint, created before the old one is deleted.
    """
    instance_type = stage.endpoint_instance_type.removeprefix("ml.").replace(".", "-")
    # CloudFormation cannot create what a schedule has created under the same name.
    suffix = "-day" if stage.endpoint_is_scheduled else ""
    return f"chest-xray-{stage.name}-{instance_type}{suffix}" if instance_type else ""


def endpoint_schedule_name(stage: Stage) -> str:
    """The schedule that creates the endpoint in the morning; empty without one."""
    return f"{endpoint_name(stage)}-morning" if stage.endpoint_is_scheduled else ""


def endpoint_hours(stage: Stage) -> str:
    """When the screening function may call the endpoint; empty for always."""
    if not stage.endpoint_is_scheduled:
        return ""
    first, end = WORKING_HOURS
    return str(EndpointHours(first=first, end=end, time_zone=stage.time_zone))
