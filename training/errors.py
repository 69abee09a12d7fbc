"""What stops those who train, in a sentence that says what to do."""


class TrainingError(Exception):
    """A run cannot give a model, or a model cannot go where it should.

    TrainingError
        SettingError         a number that the recipe does not have (training.recipes)
        DataError            the data set is not usable (training.data.manifest)
        SourceError          no data set can be made of what was given (training.sources)
        CheckpointError      a checkpoint of another run (training.fit.checkpoint)
        DivergedError        the loss has left the numbers (training.fit.training_loop)
        DisagreementError    the artefacts differ too much (training.artefact.agreement)
        ArtefactError        no model, or not the one that its card describes (artefact.folder)
        LocalJobError        a job on this machine made no model (release.local_job)
        CloudError           AWS, or what is in it, stands in the way (release.account)
    """
