"""What is answered about accounts: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
