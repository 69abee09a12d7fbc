"""The adapter inside SageMaker's TensorFlow Serving container, and the archive that holds it.

Standard library only, since the container installs nothing.
"""
