"""The verdicts on claims in words, and how they are marked."""

from __future__ import annotations

from typing import Any

from erbium.web.claims import UNKNOWN
from erbium.web.pages.parts import badge

STATUS_WORDS = {
    "reproduced": "reproduced",
    "not_reproduced": "not reproduced",
    "contested": "contested",
    "vacuous": "vacuous",
    "awaiting_calibration": "awaiting calibration",
    "not_executable": "not executable",
    "duplicate": "duplicate",
}
#: What each verdict means, in a sentence.
MEANINGS = {
    "reproduced": "All that must be seen is seen, beyond its floor and with its 90 % interval off zero.",
    "not_reproduced": "Something that must be seen is not seen, or not clearly.",
    "contested": "The sources disagree: each alternative is run and reported, and none is asked for.",
    "vacuous": "It is still seen once its mediating edge is cut, so that it shows nothing.",
    "awaiting_calibration": "A trial's number, scored only once parameters are frozen after calibration.",
    "not_executable": "The network cannot be asked.",
    "duplicate": "Another claim says the same and is run.",
    UNKNOWN: "It came after the last full run.",
}
_CSS = {"reproduced": "for", "not_reproduced": "against", "contested": "equivocal", "vacuous": "equivocal"}


def status_badge(status: str) -> Any:
    """Return a verdict as a short word in a box."""
    return badge(STATUS_WORDS.get(status, "not run yet"), _CSS.get(status, ""))
