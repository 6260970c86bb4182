"""Checks on what students say of the model they train: in typed answers, else in their own words."""
