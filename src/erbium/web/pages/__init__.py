"""The pages. They only show; what they show comes from the functions that the API answers with."""

from erbium.web.pages.shell import add_pages

__all__ = ["add_pages"]
