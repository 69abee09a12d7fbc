"""The released folder: SavedModel, LiteRT file, model card, and the checks between them."""
