"""Quiz-show rounds: a trainer runs a live game for a class, teams win together.

Words: *game* (one evening's rounds), *join code* (what players type), *team*, *round* (one question against the clock).
"""
