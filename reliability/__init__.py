"""Runs the system under faults, broken files and load, and checks what it promises.

May import any unit.
"""
