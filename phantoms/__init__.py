"""Synthetic chest X-rays and image files for samples, tests and fuzzing.

Imports numpy, Pillow, pydicom and imagecodecs, and no other unit.
"""
