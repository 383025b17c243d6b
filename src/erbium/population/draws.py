"""Which draw of the twins stands behind an attribute, and the links between attributes as links of draws."""

from __future__ import annotations

import functools

from erbium.core.errors import DataError
from erbium.core.twins import Link
from erbium.knowledge.populations import load_links, load_marker_columns

#: Key of the draw of an attribute, and +1 where a high draw means more of it, -1 where a low draw means
#: that it is there.
DRAWS: dict[str, tuple[str, int]] = {
    "albumin_g_L": ("host.albumin", 1),
    "baseline_mm": ("sum_of_diameters", 1),
    "brain": ("patient.brain", -1),
    "er": ("abundance.ER_status", -1),
    "her2_thousands": ("abundance.HER2", 1),
    "lesions": ("lesions", 1),
    "pam50": ("patient.pam50", 1),
    "til_percent": ("patient.til", 1),
    "visceral": ("patient.visceral", -1),
    "weight_kg": ("host.weight", 1),
}
_MECHANISM = "mechanism."
_FILE = "patients/links.toml"


def draw_of(attribute: str) -> tuple[str, int] | None:
    """Return the key and the sense of an attribute's draw, None where no single draw stands behind it."""
    if attribute.startswith(_MECHANISM):
        return attribute, -1
    mechanisms = load_marker_columns().get(attribute, ())
    if len(mechanisms) == 1:
        return _MECHANISM + mechanisms[0], -1
    return DRAWS.get(attribute)


@functools.cache
def links() -> tuple[Link, ...]:
    """Return the links of all populations as links of draws.

    Raises
    ------
    DataError
        A link names an attribute without a draw, or links run in a circle.
    """
    found = []
    for number, item in enumerate(load_links()):
        of, beside = draw_of(item.of), draw_of(item.beside)
        for name, draw in (("of", of), ("with", beside)):
            if draw is None:
                told = item.of if name == "of" else item.beside
                raise DataError(
                    f'no single draw stands behind "{told}".', file=_FILE, key=f"links[{number}].{name}",
                    expected=f"one of {', '.join(DRAWS)} or mechanism.<id>",
                )  # fmt: skip
        if of is not None and beside is not None:
            found.append(Link(of[0], beside[0], of[1] * beside[1] * item.r.value))
    for link in found:
        _check_circle(link.quantity, tuple(found), (link.quantity,))
    return tuple(found)


def _check_circle(quantity: str, known: tuple[Link, ...], path: tuple[str, ...]) -> None:
    for link in known:
        if link.quantity == quantity:
            if link.driver in path:
                raise DataError(
                    f"the links run in a circle: {' -> '.join((*path, link.driver))}.", file=_FILE
                )
            _check_circle(link.driver, known, (*path, link.driver))
