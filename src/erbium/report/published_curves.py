"""Where the reconstructed published curves lie that a report shows beside the simulated ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Trial

#: Looked at where no folder is named.
USUAL = Path("../shared/data/trials_km")


def published_curves(trial: Trial, folder: Path | None) -> dict[str, pd.DataFrame]:
    """Return the reconstructed patients of a trial: "pfs" and "os", as far as there are any.

    Parameters
    ----------
    folder
        Named by the user; without, the usual one counts if it is there.

    Raises
    ------
    DataError
        The named folder holds no list of curves, or a curve in it is wrong.
    """
    from erbium.trial.statistics.published_curve import MANIFEST, check_folder, read_all_published

    if folder is not None:
        check_folder(folder)
    elif not (USUAL / MANIFEST).is_file():
        return {}
    return read_all_published(folder or USUAL, trial)
