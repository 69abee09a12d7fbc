"""The screening function: SQS messages in, answers as facts out."""
