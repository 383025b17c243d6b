"""The report as PDF, by WeasyPrint: no browser, and nothing is fetched, neither file nor address.

Pictures that stand in the page are handed to the writer apart, under names that only this module knows: that
is many times faster than laying their parts out as text, and the only thing that is ever served.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Mapping
from typing import Any

from erbium.core.errors import MissingExtra
from erbium.report.svg import FONT

_SVG = re.compile(r"<svg\b[^>]*>.*?</svg>", re.DOTALL)
_CLASS = re.compile(r'^<svg\b[^>]*?\sclass="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SCHEME = "erbium-picture:"


def pdf_writer() -> Any:
    """Return the PDF library, or MissingExtra."""
    try:
        import weasyprint
    except ImportError as error:
        raise MissingExtra.named("pdf", "weasyprint", "a PDF report") from error
    return weasyprint


def lift_pictures(page: str) -> tuple[str, dict[str, bytes]]:
    """Return a page with names in place of its SVG pictures, and the pictures by name."""
    pictures: dict[str, bytes] = {}
    names: dict[str, str] = {}

    def lift(match: re.Match[str]) -> str:
        picture = match[0]
        name = names.setdefault(picture, f"{_SCHEME}{len(names)}")
        # The writer takes a list of fonts apart at commas, and keeps the spaces.
        pictures[name] = picture.replace(FONT, FONT.replace(", ", ",")).encode()
        classes, title = _CLASS.search(picture), _TITLE.search(picture)
        alt = html.unescape(title[1]) if title else ""
        return f'<img class="{classes[1] if classes else "figure"}" src="{name}" alt="{html.escape(alt)}">'

    return _SVG.sub(lift, page), pictures


def serve_only(pictures: Mapping[str, bytes]) -> Any:
    """Return a fetcher that knows these pictures, and refuses every file and every address."""
    pdf_writer()
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Bundled(URLFetcher):  # type: ignore[misc]
        """Serves what is named in `pictures`."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            """Return a picture; ValueError for anything else."""
            if url not in pictures:
                raise ValueError("a report reaches for nothing: refused")
            return URLFetcherResponse(url, pictures[url], {"Content-Type": "image/svg+xml"})

    return Bundled()


def document(page: str) -> Any:
    """Return a page laid out on paper, with its pages.

    Parameters
    ----------
    page
        HTML of `advice_html(..., paper=True)`.
    """
    text, pictures = lift_pictures(page)
    # It warns of every rule for a screen, which paper does not need.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return pdf_writer().HTML(string=text, base_url=None, url_fetcher=serve_only(pictures)).render()


def pdf_bytes(page: str) -> bytes:
    """Return a page as PDF."""
    return bytes(document(page).write_pdf())
