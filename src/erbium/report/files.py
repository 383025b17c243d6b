"""Writing a file whole or not at all, for those who write reports."""

from erbium.core.files import write_whole

__all__ = ["write_whole"]
