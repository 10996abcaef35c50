"""What is answered about courses: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("courses", __name__)
