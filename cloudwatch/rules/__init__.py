"""The alarm rules as data, a file for each part of the system."""
