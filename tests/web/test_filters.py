"""Who answers for something is called as its reader calls it."""

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.web.filters import desk


@pytest.mark.parametrize(
    ("owner", "zh", "en"),
    [
        ("培训组 / Training desk", "培训组", "Training desk"),
        ("培训组", "培训组", "培训组"),
        ("Desk / Floor", "Desk / Floor", "Desk / Floor"),
        ("培训 / 质检", "培训 / 质检", "培训 / 质检"),
        ("培训组 / ", "培训组 / ", "培训组 / "),
        ("", "", ""),
    ],
)
def test_an_owner_with_both_names_is_called_by_one(app: Flask, owner: str, zh: str, en: str) -> None:
    with app.test_request_context():
        for locale, name in (("zh", zh), ("en", en)):
            with force_locale(locale):
                assert desk(owner) == name
