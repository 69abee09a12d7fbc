"""The endpoint scales with its calls, and is smaller by night."""

from cdk.endpoint_names import endpoint_name
from cdk.endpoint_scaling import CALLS_PER_MINUTE
from tests.cdk.conftest import STAGE
from tests.synthesis import Template


def test_the_endpoint_grows_by_calls_and_by_the_clock(endpoint: Template) -> None:
    target = endpoint.only("AWS::ApplicationAutoScaling::ScalableTarget")
    policy = endpoint.only("AWS::ApplicationAutoScaling::ScalingPolicy")
    tracked = policy["TargetTrackingScalingPolicyConfiguration"]
    hours = {
        action["ScheduledActionName"]: (
            action["Schedule"],
            action["Timezone"],
            *action["ScalableTargetAction"].values(),
        )
        for action in target["ScheduledActions"]
    }
    assert target["ResourceId"] == f"endpoint/{endpoint_name(STAGE)}/variant/all"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    assert tracked["TargetValue"] == CALLS_PER_MINUTE == 600
    assert hours == {
        "Morning": ("cron(0 6 * * ? *)", "Europe/Berlin", 4, 2),
        "Evening": ("cron(0 20 * * ? *)", "Europe/Berlin", 2, 1),
    }


def test_what_scales_the_endpoint_goes_before_it(endpoint: Template) -> None:
    [name] = endpoint.of_type("AWS::SageMaker::Endpoint")
    scaling = [each for each in endpoint.resources.values() if "AutoScaling" in each["Type"]]
    assert len(scaling) == 2
    assert all(name in each["DependsOn"] for each in scaling)
