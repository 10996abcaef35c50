"""What is true of maps: the tree, its forms on disk, how it is drawn, how a blank one is graded."""
