"""A model as a policy that plays episodes: how it is read, and what it plays."""
