"""What is true of writing: when a save stands, what is kept, how two texts differ, what a question becomes."""
