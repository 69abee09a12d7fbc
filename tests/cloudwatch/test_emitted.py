"""What is drawn and alarmed on is emitted, and what is emitted is drawn: by name and dimensions."""

from bundles.functions import FUNCTIONS
from contracts.metrics import DIMENSIONS, SERVICE, STAGE, Metric, Service
from tests.cloudwatch.named import Named, alarmed, drawn
from tests.cloudwatch.observed import EVERYDAY
from tests.synthesis import Template


def test_the_local_system_emits_what_every_day_brings(locally: set[Named]) -> None:
    assert {each.name for each in locally} >= EVERYDAY


def test_every_metric_of_the_contracts_is_emitted(locally: set[Named], failing: set[Named]) -> None:
    assert {each.name for each in locally | failing} == set(Metric)


def test_a_metric_carries_the_dimensions_of_the_contracts(
    locally: set[Named], failing: set[Named]
) -> None:
    for each in locally | failing:
        assert each.dimensions == {SERVICE, STAGE, *DIMENSIONS[Metric(each.name)]}, each.name


def test_every_emitted_metric_is_drawn(
    watch: Template, locally: set[Named], failing: set[Named]
) -> None:
    known = drawn(watch)
    missing = {each for each in locally | failing if not {each, each.anywhere} & known}
    assert not missing


def test_every_drawn_metric_is_emitted(
    watch: Template, locally: set[Named], failing: set[Named]
) -> None:
    known = locally | failing
    assert drawn(watch) <= known | {each.anywhere for each in known}


def test_every_metric_that_an_alarm_names_is_emitted_by_that_function(
    watch: Template, locally: set[Named], failing: set[Named]
) -> None:
    named = alarmed(watch)
    assert named
    assert named <= locally | failing


def test_a_function_is_called_the_same_in_contracts_and_bundles() -> None:
    assert {*Service} <= {function.name for function in FUNCTIONS}
