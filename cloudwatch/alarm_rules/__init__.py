"""The alarm rules of a stage as data, a file for each part of the system."""
