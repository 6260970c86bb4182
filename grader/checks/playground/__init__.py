"""Kinds of check on links to TensorFlow Playground."""
