"""What is answered about home: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)
