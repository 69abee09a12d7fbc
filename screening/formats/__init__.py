"""The file formats that are accepted: JPEG, PNG and DICOM, from bytes to pixels.

May import `contracts` and the rest of `screening`; Pillow, pydicom, imagecodecs, numpy.
"""
