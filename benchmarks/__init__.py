"""Measurements that anyone can repeat. Times hold for one machine, ratios for most.

May import any unit.
"""
