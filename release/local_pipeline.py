"""Runs the steps of the training pipeline on this machine, one after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from release.local_job import run_locally
from release.pipeline_steps import CHECK_AUC, REGISTER, TRAIN, list_refusal
from release.registration import register_folder
from release.stage_account import StageAccount
from training.model_auc import read_model_auc


@dataclass(frozen=True, kw_only=True)
class LocalSteps:
    """A model is a folder here, and the result is whether it was registered.

    Steps raise TrainingError. The arguments of `training.launch` are `recipe`, `settings`, `data`
    and `first_model`.
    """

    account: StageAccount
    recipe: str
    settings: Mapping[str, str]
    data: Path
    first_model: Path | None
    min_auc: float

    def train(self) -> Path:
        print(f"{TRAIN}: a job on this machine", flush=True)
        return run_locally(self.recipe, self.settings, self.data, first_model=self.first_model)

    def check_auc(
        self, model: Path, *, good: Callable[[Path], bool], bad: Callable[[Path], bool]
    ) -> bool:
        auc = read_model_auc(model)
        print(f"{CHECK_AUC}: {auc} on validation, and the limit is {self.min_auc}", flush=True)
        return good(model) if auc >= self.min_auc else bad(model)

    def register(self, model: Path) -> bool:
        print(f"{REGISTER}: {model}", flush=True)
        register_folder(self.account, model)
        return True

    def refuse(self, model: Path) -> bool:
        print(*list_refusal(read_model_auc(model), self.min_auc))
        return False
