"""What is answered about quizzes: pages and forms."""

from flask import Blueprint

blueprint = Blueprint("quizzes", __name__)
