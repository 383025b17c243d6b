"""Whether every shipped trial can be run, and whether its numbers say where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from erbium.core.errors import DataErrors, ErbiumError
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.trial import AS_STATED
from erbium.model.check import Check, Issue
from erbium.trial.study import Study


class TrialsAreWhole(Check):
    """Every trial reads, its population and drugs are there, and its numbers have a kind and a source.

    Parameters
    ----------
    folder
        Trials to check; the shipped ones without.
    """

    name = "trials are whole"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_folder() / "trials"

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong."""
        for file in sorted(self.folder.glob("*.toml")):
            where = f"trials/{file.name}"
            try:
                study = Study.read(file)
            except DataErrors as several:
                yield from (self._of_file(error, where) for error in several.errors)
                continue
            except ErbiumError as error:
                yield self._of_file(error, where)
                continue
            design = study.trial.design
            for key, number in (
                ("follow_up", design.follow_up),
                ("drop_out_per_year", design.drop_out_per_year),
            ):
                if number is not None and number.note == AS_STATED:
                    yield self.error("the number has no kind and no source.", where, f"design.{key}")
            for place, item in enumerate(study.trial.published):
                if item.doubt:
                    yield self.warning(f"{item.doubt}.", where, f"published[{place}].value")

    def _of_file(self, error: ErbiumError, where: str) -> Issue:
        error.file = where
        return self.of(error)
