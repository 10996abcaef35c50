"""Dates of courses, published ahead, and electives that everybody may join.

Words: *run* (a course held at a time), *seat* (a place in a run), *waiting list* (who moves up when a seat is free).
"""
