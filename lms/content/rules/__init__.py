"""What is true of a library: its values, and the courseware standard that it is checked against."""
