"""Evaluates released models on the test set: metrics, robustness, shortcuts, report and ledger.

Imports `training.data`, `training.fit` and `training.artefact`.
"""
