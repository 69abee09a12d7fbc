"""The commands of DevOps: synthesise, diff, deploy and remove a stage, users, and costs.

May import every other unit.
"""
