"""What is answered about mentoring: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("mentoring", __name__)
