"""The one blueprint of the feature."""

from flask import Blueprint

blueprint = Blueprint("knowledge", __name__)
