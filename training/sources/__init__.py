"""Makes a data set from a public archive or from a hospital's DICOM files.

Files are found, converted, checked for duplicates and leaks, and listed in a manifest. Imports
`training.data`.
"""
