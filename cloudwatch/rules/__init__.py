"""The alarms as data, a file for each part that is watched."""
