"""The steps of the training pipeline, their order and its limit: for SageMaker and this machine."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from contracts.answers import Population
from training.model_auc import MIN_AUC

# Answers of a model below it are not shown to doctors.
DEFAULT_MIN_AUC = MIN_AUC[Population.CHILD]
TRAIN, CHECK_AUC, REGISTER, REFUSE = "Train", "CheckAuc", "Register", "Refuse"

Model = TypeVar("Model")
Result = TypeVar("Result")


class Steps(Protocol[Model, Result]):
    """What the steps are made of: parts of a definition, or commands that run at once."""

    def train(self) -> Model:
        """TRAIN: a model, or what will name it."""

    def check_auc(
        self, model: Model, *, good: Callable[[Model], Result], bad: Callable[[Model], Result]
    ) -> Result:
        """CHECK_AUC: `good` where the AUC on validation is the limit or more, else `bad`."""

    def register(self, model: Model) -> Result:
        """REGISTER: the version is in the stage, pending approval."""

    def refuse(self, model: Model) -> Result:
        """REFUSE: the pipeline fails with the words of `list_refusal`."""


def arrange(steps: Steps[Model, Result]) -> Result:
    """Trains, and registers a model that reaches the limit; another ends the pipeline."""
    model = steps.train()
    return steps.check_auc(model, good=steps.register, bad=steps.refuse)


def list_refusal(auc: object, min_auc: object) -> list[object]:
    """The parts of the sentence with which the pipeline fails, to be joined by spaces."""
    limit = "on validation is below the limit of"
    return ["The model is not registered: its AUC of", auc, limit, min_auc]
