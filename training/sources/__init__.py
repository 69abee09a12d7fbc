"""Where radiographs come from: each source becomes one data set that `training.data` reads."""
