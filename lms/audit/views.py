"""What is answered about audit: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("audit", __name__)
