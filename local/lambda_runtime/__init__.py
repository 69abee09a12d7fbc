"""Lambda on one machine: the Runtime API, process pools, the SQS event source mapping."""
