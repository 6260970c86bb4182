"""The datasets that running code asks for, served whatever way it asks, and recognised in what a model is given."""
