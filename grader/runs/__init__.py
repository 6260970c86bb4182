"""The run folder: what is stored of a graded class, and how it is read back."""
