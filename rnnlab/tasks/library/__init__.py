"""The tasks of the field, one file for each family."""
