"""The lab: which views stand where, serving it, exporting it, and the command line. Loaded piece by piece."""
