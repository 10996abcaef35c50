"""What is true of lessons: how their source reads, how long it takes, what its points, flows and maps are."""
