"""Which submissions of a class are similar: for the instructor, never for a mark."""
