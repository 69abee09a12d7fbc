"""What runs inside SageMaker's TensorFlow Serving container, and the archive that carries it."""
