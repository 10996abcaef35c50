"""Migrations of the tables, run by `lms.schema`; each is tried on a populated database of both kinds."""
