"""Data sources: each becomes one data set that `training.data.manifest` reads."""
