"""Keeps what trainers have sent until they have seen what it would do."""
