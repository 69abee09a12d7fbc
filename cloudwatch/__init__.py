"""Dashboards and alarms: constructs that receive the constructs they watch."""
