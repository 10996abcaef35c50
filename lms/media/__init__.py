"""Pictures, sound and film of lessons: what may be stored, how it is made safe, and who may fetch it.

Words: *file* (bytes with a type found by their content), *name* (what a lesson calls it), *link* (signed, for a while).
"""
