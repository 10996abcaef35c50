"""Markdown that was written for another tool, made into lessons: read, put in order, cut, and told what was changed."""
