"""Pure functions from the bytes of a file to an answer. No AWS, no clock, no environment.

Imports `contracts`, numpy, Pillow, pydicom, imagecodecs and LiteRT.
"""
