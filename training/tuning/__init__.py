"""Search for better settings of a recipe, by the validation loss of trial runs."""
