"""Brings a version to an endpoint that a schedule creates each morning and deletes each evening."""

import json
from typing import Any

from botocore.exceptions import ClientError

from release.endpoint import create_config, update_endpoint
from release.stage_account import StageAccount

# The fields that GetSchedule returns and UpdateSchedule takes; what is left out would be reset.
_SCHEDULE_FIELDS = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
)


def update_scheduled_endpoint(
    account: StageAccount, version: str, *, archive_url: str, rollback_on_alarm: bool = True
) -> None:
    """Updates the endpoint if it is there at this hour, and the schedule by which it starts.

    Raises StageError if the endpoint keeps the old version; then the schedule keeps it too.
    """
    sagemaker, name = account.client("sagemaker"), account.environment.endpoint_name
    scheduler = account.client("scheduler")
    schedule = scheduler.get_schedule(Name=account.environment.endpoint_schedule)
    request = json.loads(schedule["Target"]["Input"])
    if _exists(sagemaker, name):
        update_endpoint(
            account, version, archive_url=archive_url, rollback_on_alarm=rollback_on_alarm
        )
        config = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    else:
        base = request["EndpointConfigName"]
        config = create_config(sagemaker, name, base=base, archive_url=archive_url, version=version)
        print(f"{name} is not there at this hour, and starts in the morning with {version}.")
    if config != request["EndpointConfigName"]:
        request["EndpointConfigName"] = config
        target = {**schedule["Target"], "Input": json.dumps(request)}
        fields = {field: schedule[field] for field in _SCHEDULE_FIELDS if field in schedule}
        scheduler.update_schedule(**fields, Target=target)


def _exists(sagemaker: Any, name: str) -> bool:
    try:
        sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as error:
        if "Could not find endpoint" in error.response["Error"]["Message"]:
            return False
        raise
    return True
