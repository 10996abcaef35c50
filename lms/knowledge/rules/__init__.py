"""What is true of searching, of manual pages, of terms and of misses."""
