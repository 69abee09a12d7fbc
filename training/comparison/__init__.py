"""Compares models on the same films. The command is in `release.compare`."""
