"""Measurements that anyone can repeat; seconds hold for one machine, ratios for most."""
