"""The commands behind the Makefile's targets for one machine."""
