"""One review: the summary and its copies."""
