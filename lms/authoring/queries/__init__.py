"""What is read of writing: drafts, their history, what stands around them."""
