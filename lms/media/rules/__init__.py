"""What is true of media: types by content, limits, names, ranges, links, and the tags that show them."""
