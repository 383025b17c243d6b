"""Stored reference courses of a stiff solver; `erbium bench --reference` writes them."""
