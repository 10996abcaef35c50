"""The record: every decision is one entry of a hash chain, written in the transaction of the decision itself.

Words: *entry* (one decision), *head* (the last entry's number and hash), *chain* (entries whose hashes follow on).
"""
