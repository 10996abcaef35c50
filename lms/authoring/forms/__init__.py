"""What trainers send: drafts, questions, orders of the board, blueprints, files."""
