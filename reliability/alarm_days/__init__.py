"""Days of a hospital's traffic with and without faults, on which the alarms are evaluated.

`make alarm-days` prints the table of docs/reliability.md.
"""
