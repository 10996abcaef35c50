"""Content: the library on disk and in the database, checked against the courseware standard, imported and exported.

Words: *library* (courses, profiles, programmes, scorecards and tracks together), *finding* (one thing to mend, by file
and line), *standard* (what every lesson must meet), *report* (what an import did).
"""
