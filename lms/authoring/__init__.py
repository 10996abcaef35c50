"""Writing courses in the browser: drafts that are never lost, their check, approval and publication.

Words: *draft* (what is being written of one lesson), *part* (one of its texts), *snapshot* (a text kept for ever),
*submission* (a draft as somebody wants it published), *approval* (the yes of a second person).
"""
