"""Runs the trials of a search as training jobs in SageMaker, some at a time.

A trial is an ordinary job that ends after the training, without a model. SageMaker's own tuner is
not used: its request has no place for the job's code, network isolation and key.
"""

import time
from collections.abc import Callable, Mapping

from optuna.trial import Trial

from release.job import JobRequest, describe_job, start_job
from release.stage_account import StageAccount
from training.log_metrics import BEST_LOSS
from training.tuning.search import Search, read_job, write_job
from training.tuning.search_space import format_settings

_SECONDS_BETWEEN_LOOKS = 30
_UNDER_WAY = ("InProgress", "Stopping")


def run_job_trials(
    search: Search,
    account: StageAccount,
    build_request: Callable[[Mapping[str, str]], JobRequest],
    *,
    parallel: int,
    show: Callable[[Trial], None],
) -> None:
    """Runs all trials, up to `parallel` at once; `show` gets each trial that has ended.

    A trial whose job was started by an earlier command waits for that job. Raises StageError and
    botocore's errors.
    """
    running: list[Trial] = []
    while True:
        while len(running) < parallel and (trial := search.ask()):
            running.append(trial)
            if not read_job(trial):
                job = start_job(account, build_request(format_settings(trial.params)))
                write_job(trial, job.training_job_name)
        if not running:
            return
        ended = [trial for trial in running if _tell(search, account, trial)]
        for trial in ended:
            running.remove(trial)
            show(trial)
        if not ended:
            time.sleep(_SECONDS_BETWEEN_LOOKS)


def _tell(search: Search, account: StageAccount, trial: Trial) -> bool:
    """Tells the search the outcome of a trial; returns whether its job has ended."""
    job = describe_job(account, read_job(trial))
    status = job["TrainingJobStatus"]
    if status in _UNDER_WAY:
        return False
    metrics = {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}
    if status != "Completed":
        reason = job.get("FailureReason") or job.get("SecondaryStatus", "")
        search.fail(trial, f"{status}. {reason}".strip())
    elif BEST_LOSS not in metrics:
        search.fail(trial, f"The job has no metric {BEST_LOSS}.")
    else:
        search.end(trial, float(metrics[BEST_LOSS]))
    return True
