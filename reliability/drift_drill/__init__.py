"""Replays changes of a hospital's films through the real model, and counts what drift notices."""
