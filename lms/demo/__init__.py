"""The demo: a class in its third week, made by the same actions that people use, at moments in the past.

Words: *cast* (the people and their stories, in `cast.yaml`), *days* (the class's calendar, counted from today),
*timeline* (what happened, in its order), *centre* (the installation while it is being filled).
"""
