"""Population cards for tests: adults differ from children in every number."""

from contracts.answers import Population
from contracts.reliability import ReliabilityBin
from screening.populations import PopulationCard

# The lowest and the highest probability, the number of radiographs, and how many show pneumonia.
Bin = tuple[float, float, int, int]


def build_bins(*bins: Bin) -> tuple[ReliabilityBin, ...]:
    return tuple(
        ReliabilityBin(low=low, high=high, radiographs=radiographs, pneumonia=pneumonia)
        for low, high, radiographs, pneumonia in bins
    )


CHILDREN = PopulationCard(
    name=Population.CHILD,
    is_valid=True,
    age_years=(1, 5),
    temperature=2.0,
    shift=0.0,
    threshold=0.5,
    band=(0.4, 0.6),
    prevalence=0.75,
    reliability=build_bins((0.0, 0.9, 60, 5), (0.9, 1.0, 200, 190)),
)
ADULTS = PopulationCard(
    name=Population.ADULT,
    is_valid=True,
    age_years=(18, 120),
    temperature=0.5,
    shift=-1.0,
    threshold=0.9,
    band=(0.85, 0.95),
    prevalence=0.25,
    reliability=build_bins((0.0, 0.7, 120, 10), (0.7, 1.0, 80, 60)),
)
