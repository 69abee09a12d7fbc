"""The accepted file formats, JPEG, PNG and DICOM: from bytes to pixels.

Imports `contracts`, the rest of `screening`, Pillow, pydicom, imagecodecs and numpy.
"""
