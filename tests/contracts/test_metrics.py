"""Metrics and their dimensions are the same in the contracts and in the reference."""

import re

import pytest

from contracts.metrics import DIMENSIONS, Metric
from tests.conftest import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text()


@pytest.mark.parametrize("metric", Metric)
def test_the_reference_names_the_dimensions_of_a_metric(metric: Metric) -> None:
    row = re.search(rf"^\| `{metric}` \| (.*?) ?\|", REFERENCE, re.MULTILINE)
    assert row is not None
    assert tuple(filter(None, row[1].split(", "))) == DIMENSIONS[metric]
