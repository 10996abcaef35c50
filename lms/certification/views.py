"""What is answered about certification: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("certification", __name__)
