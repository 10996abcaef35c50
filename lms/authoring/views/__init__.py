"""What is answered to writers."""
