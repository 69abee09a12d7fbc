"""The SageMaker endpoint on one machine: the archive's handlers over a SavedModel."""
