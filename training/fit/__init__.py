"""Fits the network and its calibration: training loop, checkpoints, precision, operating point.

Imports `training.data` and `training.model`.
"""
