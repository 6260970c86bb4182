"""Tables that an instructor has from a learning platform, filled with marks: only the intended cells change."""
