"""The regular expressions by which SageMaker and `training.tune` read figures from a run's log."""

BEST_LOSS = "best_loss"
MODEL_AUC = "model_auc"

METRICS = {
    "loss": r"epoch \d+ loss ([0-9.e+-]+)",
    "validation_loss": r"validation_loss ([0-9.e+-]+)",
    "validation_auc": r"validation_auc ([0-9.e+-]+)",
    "learning_rate": r"learning_rate ([0-9.e+-]+)",
    "images_per_second": r"images_per_second ([0-9.e+-]+)",
    # Once, at the end: the validation loss of the weights that the run keeps.
    BEST_LOSS: rf"{BEST_LOSS} ([0-9.e+-]+)",
    # Once, by a job: the AUC on validation of the model that it has made, by which
    # `training.pipeline` judges. `validation_auc` is that of the last epoch, not of these weights.
    MODEL_AUC: rf"{MODEL_AUC} ([0-9.e+-]+)",
}
