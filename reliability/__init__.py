"""The running system under faults: what it is done, and whether it kept its promises."""
