"""The errors of training; each message is a sentence that says what to do."""


class TrainingError(Exception):
    """A run cannot produce a model, or a model cannot be released.

    TrainingError
        RecipeError          a setting that a recipe does not have or cannot take (training.recipe)
        DataError            the data set is not usable (training.data.manifest)
        SourceError          a source cannot become a data set (training.sources.errors)
        CheckpointError      a checkpoint of another run (training.fit.checkpoint)
        DivergedError        the loss is NaN or infinite (training.fit.training_loop)
        MemoryExhaustedError a batch does not fit into the device (training.fit.device_memory)
        TuningError          a search that cannot start or found nothing (training.tuning)
        DisagreementError    the two exports differ too much (training.artefact.agreement)
        ModelFolderError     a folder without a complete model (training.artefact.model_folder)
        LocalJobError        a job on this machine produced no model (release.local_job)
        StageError           AWS refuses or lacks what a command needs (release.stage_account)
    """
