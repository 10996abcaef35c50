"""Readers of other systems' question files: pure, total, and honest about what they could not take."""
