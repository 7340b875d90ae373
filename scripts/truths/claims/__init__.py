"""The claims, one module for each sort of task."""
