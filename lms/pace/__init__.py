"""Pace: the load of one learner on one working day, measured from what they did, against the caps of the programme.

Words: *study day* (a site's day, cut at 04:00), *load ratio* (the largest value divided by its cap), *cap* (never
above), *target* (comfortable), *too much* (the learner's own signal).
"""
