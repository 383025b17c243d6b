"""The web application: a local server with a REST API under /api/v1 and pages that use it."""

from erbium.web.server import serve
from erbium.web.settings import Limits, Settings

__all__ = ["Limits", "Settings", "serve"]
