"""Mentoring: each apprentice has one mentor at a time, they meet, and observed calls are scored on a scorecard.

Words: *pairing* (mentor and apprentice, within the mentor's capacity), *slot* (one of the places a mentor has),
*meeting*, *scorecard* and its *criteria* with *anchors*, *observation* (one call scored by one observer), *draft* (an
observation that is not finished), *critical* (one fail fails the call).
"""
