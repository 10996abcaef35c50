"""The first pages of the day: Today for learners, the class board for advisers, health for administrators.

Words: *piece* (what fits the gap between two calls), *load meter* (the day's points and minutes against the caps).
"""
