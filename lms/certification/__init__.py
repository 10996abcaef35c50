"""Certification: what a post asks, the gates on the way, and the ledger that says who may take calls at any instant.

Words: *profile* (competency points of a post), *gate* (a versioned set of requirements), *requirement* (met, missing or
stale), *sign-off*, *scope* (study → shadow → nesting → full), *period* (from when to when a scope is held), *evidence*
(what it was based on), *certificate*, *ledger* (all periods, never reset).
"""
