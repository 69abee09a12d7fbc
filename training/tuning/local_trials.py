"""Runs one trial on this machine: `python -m training --only-learn` in a process of its own.

Its log has the validation loss of each epoch, by which a trial that is worse than the median of the
earlier ones ends early. A trial that was killed goes on from its checkpoints.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from optuna.trial import Trial

from training.log_metrics import BEST_LOSS, METRICS
from training.tuning.search import Search

_EPOCH = re.compile(rf"epoch (\d+) .*{METRICS['validation_loss']}")
_BEST_LOSS = re.compile(METRICS[BEST_LOSS])


def run_trial(search: Search, trial: Trial, options: Sequence[str], *, folder: Path) -> None:
    """Runs a trial with the options of `python -m training`, and tells the search its outcome.

    `folder` gets the log of each trial and, of the best one, the checkpoints, from which
    `python -m training --checkpoints` makes a model without learning again.
    """
    log = folder / f"trial-{trial.number}.log"
    checkpoints = find_checkpoints(folder, trial.number)
    command = [sys.executable, "-m", "training", *options, "--only-learn"]
    command += ["--checkpoints", str(checkpoints)]
    with (
        log.open("a") as lines,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        assert process.stdout is not None
        loss, is_pruned, last_line = None, False, ""
        for line in process.stdout:
            lines.write(line)
            last_line = line.strip() or last_line
            if match := _BEST_LOSS.search(line):
                loss = float(match[1])
            elif (match := _EPOCH.search(line)) and _is_hopeless(trial, int(match[1]), match[2]):
                is_pruned = True
                process.terminate()
                break
    if is_pruned:
        search.prune(trial)
    elif process.returncode or loss is None:
        search.fail(trial, last_line or f"exit status {process.returncode}")
    else:
        search.end(trial, loss)
    _remove_checkpoints(search, folder)


def find_checkpoints(folder: Path, number: int) -> Path:
    return folder / f"trial-{number}"


def _is_hopeless(trial: Trial, epoch: int, loss: str) -> bool:
    """Reports the loss of an epoch and returns whether the trial ends here.

    The epochs of a trial that goes on were reported before it was interrupted.
    """
    if epoch not in trial.study.trials[trial.number].intermediate_values:
        trial.report(float(loss), epoch)
    return trial.should_prune()


def _remove_checkpoints(search: Search, folder: Path) -> None:
    """Those of the whole network are hundreds of MB a trial."""
    best = search.best
    for trial in search.finished:
        if best is None or trial.number != best.number:
            shutil.rmtree(find_checkpoints(folder, trial.number), ignore_errors=True)
