"""The pages: Case, Options, Evidence, Trials and Network. They only show; what they show comes from the API's own functions."""

from erbium.web.pages.shell import add_pages

__all__ = ["add_pages"]
