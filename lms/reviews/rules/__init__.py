"""What is true of memory: how it fades, what to review first, how a point is asked for."""
