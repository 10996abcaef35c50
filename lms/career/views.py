"""What is answered about career: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("career", __name__)
