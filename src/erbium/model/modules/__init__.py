"""Pathway, drug and tumour modules: one file each, literals only, numbers in same-stem TOML."""
