"""Whether the calibration to arms names only what is there, and fits no arm that is to be predicted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from erbium.calibrate.population.design import Design
from erbium.core.errors import DataErrors, ErbiumError
from erbium.knowledge.parameters import data_folder
from erbium.model.check import Check, Issue


class CalibrationIsWhole(Check):
    """The file of the calibration reads, and no tested arm of a comparison is fitted.

    Parameters
    ----------
    name
        The shipped file.
    file
        Another file in its place.
    """

    name = "calibration is whole"

    def __init__(self, name: str = "population", *, file: Path | None = None) -> None:
        self.file = file or data_folder() / "calibration" / f"{name}.toml"

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong."""
        where = f"calibration/{self.file.name}"
        try:
            design = Design.read(self.file)
        except DataErrors as several:
            yield from (self._of_file(error, where) for error in several.errors)
            return
        except ErbiumError as error:
            yield self._of_file(error, where)
            return
        for place, fitted in enumerate(design.calibration.arm):
            if any(fitted.arm == pair.arm for pair in design.trials[fitted.trial].comparison):
                yield self.error(
                    f"{fitted.trial}, {fitted.arm} is the tested arm of a comparison: it is to be predicted.",
                    where,
                    f"arm[{place}].arm",
                )

    def _of_file(self, error: ErbiumError, where: str) -> Issue:
        error.file = where
        return self.of(error)
