"""AWS Lambda on one machine: the Runtime API, process pools, the event source mapping of SQS."""
