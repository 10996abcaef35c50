"""What refusals of authoring say to their reader, and what its pages call things; actions name them by code."""
