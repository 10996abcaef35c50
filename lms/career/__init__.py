"""Career: tracks with star levels whose criteria are published, and where on the road a person stands.

Words: *track*, *rung* (one level, with stars), *branch* (a road that forks off a rung), *criterion* (what a rung asks).
"""
