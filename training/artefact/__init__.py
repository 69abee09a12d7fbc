"""The model folder: SavedModel, LiteRT file and model card, and the checks between them.

Imports `training.data`, `training.model` and `training.fit`.
"""
