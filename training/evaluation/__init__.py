"""How good a model is, how well it knows it, and whether it reads lungs or the acquisition."""
