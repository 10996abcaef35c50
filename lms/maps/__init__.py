"""Mind maps: the course as an index, recall by branches, blank maps to fill, and maps of one's own.

Words: *node* (one field of a map), *branch* (a node with all below it), *own map* (made by a learner), *note* (a
learner's own words at a node), *gap* (a node taken out, to be put back).
"""
