"""Trains, calibrates, exports and evaluates the pneumonia classifier.

`sources` makes a data set; `data`, `model`, `fit`, `artefact` and `evaluation` are the steps of a
run, and each imports only the ones before it; `acceptance` tests a model on a site's films. Imports
`contracts` and `screening`; the commands `accept`, `launch`, `register` and `promote` call
`release`.
"""
