"""The training loop with its checkpoints, losses and calibration."""
