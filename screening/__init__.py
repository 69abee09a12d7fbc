"""From the bytes of a file to an answer by the card. No AWS, no clock, no environment."""
