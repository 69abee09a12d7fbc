"""Trains, calibrates, exports and evaluates the pneumonia classifier.

`sources` makes a data set; `data`, `model`, `fit`, `artefact` and `evaluation` are the steps of a
run, and each imports only the ones before it. Imports `contracts` and `screening`; the commands
`launch`, `register` and `promote` call `release`.
"""
