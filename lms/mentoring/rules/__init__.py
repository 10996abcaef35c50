"""What is true of mentoring: what a scorecard sums up to, who may listen, when talks are, what needs the mentor now."""
