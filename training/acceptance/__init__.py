"""The acceptance test of a model on a site's own labelled films, by the code that answers doctors.

Needs no TensorFlow. Imports `data`, `sources`, `fit`, `artefact` and `evaluation`.
"""
