"""The server's own part: what a process does before and beside its first answers."""

import gc

from flask import Flask

from lms.serve import warm


def test_a_warm_process_has_compiled_every_template_and_left_what_stays_to_the_collector_no_more(app: Flask) -> None:
    gc.unfreeze()  # what `pytest_collection` left
    warm(app)
    kept = app.jinja_env.cache
    assert kept is not None
    assert len(kept) >= len(app.jinja_env.list_templates())
    assert gc.get_freeze_count() > 10_000
