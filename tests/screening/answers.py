"""Answers a prediction as screening does, by a card that describes children."""

from contracts.answers import Answer, NotAssessed, Predictor
from contracts.endpoint import Prediction
from contracts.sites import SiteSettings
from screening.answer import build_answer
from screening.card import ModelCard
from tests.screening.population_cards import CHILDREN

CARD = ModelCard(
    model_version="test-1",
    attention_size=14,
    cpu_path="cpu.tflite",
    cpu_sha256="c" * 64,
    endpoint_sha256="e" * 64,
    typicality_limit=None,
    populations=(CHILDREN,),
)


def answer_to(
    logit: float,
    card: ModelCard = CARD,
    *,
    typicality: float = -1.0,
    doubts: tuple[float, ...] = (),
    site: SiteSettings | None = None,
    age_years: int | None = None,
    photographed: bool = False,
    mirrored: bool = False,
    exclusion: NotAssessed | None = None,
    adult: float | None = None,
    lung_energy: float | None = None,
) -> Answer:
    prediction = Prediction(
        logit=logit,
        typicality=typicality,
        attention=((0.0,),),
        model_version="test-1",
        doubts=doubts,
        adult=adult,
        lung_energy=lung_energy,
    )
    return build_answer(
        prediction,
        card,
        predictor=Predictor.CPU,
        site=site,
        age_years=age_years,
        photographed=photographed,
        mirrored=mirrored,
        exclusion=exclusion,
    )
