"""The whole system on one machine, with no AWS account. May import every other unit."""
