"""Courses: programmes, courses and bite-sized lessons, their key points and maps, and a learner's progress in them.

Words: *programme* (the four-step path of a post), *stage* (one step), *course*, *lesson* (2–5 minutes, one topic),
*revision* (one published wording), *block* (what progress is saved by), *key point* (one checkable fact, step or
decision), *exposure* (a key point met for the first time), *position* (index of the block one is at, from 0).
"""
