"""Synthetic chest X-rays and image files, for samples, tests and fuzzing.

May import no other unit; numpy, Pillow, pydicom, imagecodecs.
"""
