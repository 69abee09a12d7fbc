"""From the data set on disk to training batches: manifest, split, sampling weights, augmentation.

Imports no other package of `training`.
"""
