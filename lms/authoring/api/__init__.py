"""Doors for our own editor: drafts, and the files of lessons."""
