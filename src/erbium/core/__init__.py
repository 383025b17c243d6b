"""Errors, units, random numbers and expressions: what every layer above shares."""
