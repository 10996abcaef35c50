"""Quizzes: a bank of versioned questions, and timed attempts that lose nothing.

Words: *question* and its *version*, *key* (what is right; it never leaves the server before feedback is due), *quiz*,
*attempt* (one sitting of one learner), *deadline* and *grace*, *response* (what the learner gave), *lease* (the tab
that may write), *settle* (finish and grade once), *marks*, *facility*.
"""
