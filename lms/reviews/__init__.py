"""What sits in memory: one card a key point, reviewed when it is due.

Words: *card* (a key point in one learner's memory), *review* (one rating of a card), *recall* (the predicted chance to
know it now), *session* (reviews that fill the minutes asked for).
"""
