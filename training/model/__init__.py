"""The network: normalisation, backbone, head, out-of-distribution detector and Grad-CAM.

Imports `training.data`.
"""
