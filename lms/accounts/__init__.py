"""People: who works here, in which team and class, with which role, and how they sign in.

Words: *site* (one place, one time zone), *team* (works under a lead), *class* (one intake with an adviser),
*enrolment* (a learner's place in a class), *role* (held with a scope: site, class or team), *session* (one sign-in),
*link* (a one-time address that sets a password).
"""
