"""SageMaker's endpoint on one machine: the archive's handlers, and the SavedModel behind them."""
