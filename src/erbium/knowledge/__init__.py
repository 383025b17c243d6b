"""What is known: schemas, loaders and the data, one TOML file per fact."""

from erbium.knowledge.base import Knowledge, load_knowledge

__all__ = ["Knowledge", "load_knowledge"]
