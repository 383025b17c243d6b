"""Response by RECIST 1.1 from the sum of diameters: response from baseline, progression from nadir.

Source: Eisenhauer 2009, 10.1016/j.ejca.2008.10.026 (copied in PMC2755245): partial response is a
fall of at least 30 % from baseline; progression a rise of at least 20 % and 5 mm from the nadir, or
a new lesion. Where scars and other disease stay visible the best response is partial.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from erbium.core.twins import Array
from erbium.knowledge.tables import load_numbers

CR, PR, SD, PD = 3, 2, 1, 0
NAMES = {CR: "CR", PR: "PR", SD: "SD", PD: "PD"}
PARTIAL_RESPONSE = 0.30
PROGRESSION = 0.20
PROGRESSION_MM = 5.0


def lesions_of(drawn: Array, sum_mm: Array) -> Array:
    """Return numbers of target lesions: none too large for one, each long enough to be one, five at most.

    Parameters
    ----------
    drawn, sum_mm
        Number as drawn, and sum of diameters in mm, shape (n,).
    """
    numbers = load_numbers("tumour/settings")
    fewest = np.ceil(sum_mm / numbers["largest_lesion"].value)
    most = np.clip(np.floor(sum_mm / numbers["smallest_lesion"].value), 1.0, 5.0)
    return np.clip(np.maximum(np.round(drawn), fewest), 1.0, most)


def sum_of_diameters(volume: ArrayLike, lesions: ArrayLike) -> Array:
    """Return the sum of diameters of equal spheres.

    Parameters
    ----------
    volume
        Total tumour volume in cm3.
    lesions
        Number of lesions it is divided over.

    Returns
    -------
    mm, of the broadcast shape.
    """
    n = np.asarray(lesions, dtype=float)
    total = np.maximum(np.asarray(volume, dtype=float), 0.0)
    return np.asarray(10.0 * n * np.cbrt(6.0 * total / (np.pi * n)))


def volume_of(diameters: ArrayLike, lesions: ArrayLike) -> Array:
    """Return the volume in cm3 of `lesions` equal spheres with this sum of diameters in mm."""
    n = np.asarray(lesions, dtype=float)
    return np.asarray(n * np.pi / 6.0 * (np.asarray(diameters, dtype=float) / 10.0 / n) ** 3)


def with_scar(volume: Array, most: Array, scar: Array) -> Array:
    """Return the volume in cm3 that lesions take on a scan: what they hold, and the scar of what they held.

    Parameters
    ----------
    volume, most
        Total tumour volume in cm3, and its largest so far, shape (..., n).
    scar
        Share of a lesion's volume that is fibrous and stays when its cells are gone, shape (n,).
    """
    return (1.0 - scar) * volume + scar * most


def scanned(volume: Array, lesions: Array, scar: Array) -> Array:
    """Return the sum of diameters in mm over the visits with the scar of what has gone, shape (visits, n).

    Parameters
    ----------
    volume
        Total tumour volume in cm3 at the visits, in their order, shape (visits, n).
    lesions, scar
        As above, shape (n,).
    """
    return sum_of_diameters(with_scar(volume, np.maximum.accumulate(volume, axis=0), scar), lesions)


def seen_size(volume: Array, lesions: Array, detection: Array, scar: Array) -> Array:
    """Return `scanned` as a scan shows it: 0 where the lesions are too small to be seen.

    Parameters
    ----------
    volume, lesions, scar
        As above.
    detection
        Diameter in mm below which a lesion is not seen, shape (n,).
    """
    return _visible(scanned(volume, lesions, scar), lesions, detection)


def _visible(size: Array, lesions: Array, detection: Array) -> Array:
    return np.where(size / lesions < detection, 0.0, size)


class Recist:
    """Follows the responses of a batch of patients, visit by visit.

    Parameters
    ----------
    baseline
        Sum of diameters at the start in mm, shape (n,).
    lesions
        Lesions per patient, shape (n,).
    detection
        Diameter in mm below which a lesion is not seen, shape (n,).
    scar
        Share of a lesion's volume that stays visible when its cells are gone, shape (n,); where there is any
        no response is complete. Nobody's if not given.
    """

    def __init__(
        self,
        baseline: Array,
        lesions: Array,
        detection: Array,
        scar: Array | None = None,
    ) -> None:
        self.baseline = baseline.copy()
        self.nadir = baseline.copy()
        self.lesions = lesions
        self.detection = detection
        self.scar = np.zeros(baseline.shape) if scar is None else scar
        self.persistent = self.scar > 0.0
        self.most = volume_of(baseline, lesions)
        self.best = np.full(baseline.shape, -1)
        self.ended = np.zeros(baseline.shape, dtype=bool)

    def visit(self, volume: Array, new_lesion: NDArray[np.bool_], at: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Score one visit of the patients `at`; return which of them progressed.

        Parameters
        ----------
        volume
            Tumour volume in cm3, shape (len(at),).
        new_lesion
            Whether a new lesion was found, shape (len(at),).
        """
        lesions = self.lesions[at]
        self.most[at] = np.maximum(self.most[at], volume)
        size = sum_of_diameters(with_scar(volume, self.most[at], self.scar[at]), lesions)
        seen = _visible(size, lesions, self.detection[at])
        nadir = self.nadir[at]
        progressed = (seen >= (1.0 + PROGRESSION) * nadir) & (seen - nadir >= PROGRESSION_MM) | new_lesion
        partial = seen <= (1.0 - PARTIAL_RESPONSE) * self.baseline[at]
        complete = (seen == 0.0) & ~self.persistent[at]
        response = np.where(complete, CR, np.where(partial, PR, SD))
        response = np.where(progressed, PD, response)
        # The best response is that up to progression: what comes after does not count.
        self.best[at] = np.where(self.ended[at], self.best[at], np.maximum(self.best[at], response))
        self.ended[at] |= progressed
        self.nadir[at] = np.minimum(nadir, seen)
        return np.asarray(progressed)
