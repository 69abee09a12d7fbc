"""Dashboards and alarms: constructs that receive the constructs that they monitor.

May import `contracts` and aws_cdk.
"""
