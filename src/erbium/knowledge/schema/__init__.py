"""Schemas of the data files."""
