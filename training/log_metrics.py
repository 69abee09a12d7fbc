"""The regular expressions by which SageMaker and `training.tune` read figures from a run's log."""

BEST_LOSS = "best_loss"

METRICS = {
    "loss": r"epoch \d+ loss ([0-9.e+-]+)",
    "validation_loss": r"validation_loss ([0-9.e+-]+)",
    "validation_auc": r"validation_auc ([0-9.e+-]+)",
    "learning_rate": r"learning_rate ([0-9.e+-]+)",
    "images_per_second": r"images_per_second ([0-9.e+-]+)",
    # Once, at the end: the validation loss of the weights that the run keeps.
    BEST_LOSS: rf"{BEST_LOSS} ([0-9.e+-]+)",
}
