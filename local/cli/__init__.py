"""The commands behind the Makefile's targets for one machine: each module is one command."""
