"""The adapter inside SageMaker's TensorFlow Serving container, and the archive that holds it.

Standard library only: the container installs nothing, and builds run the files by their path.
"""
