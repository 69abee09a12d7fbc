"""Compares models on the same films, and decides whether one may follow the one that answers.

`training/gate.toml` holds the margins. The commands are in `release.compare` and `release.gate`.
"""
