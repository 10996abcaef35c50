"""What changes in writing: drafts, publication, order."""
