"""Which numbers are uncertain together: ``data/tumour/linked_draws.toml``."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from pydantic import ValidationError, model_validator

from erbium.core.errors import DataError, DataErrors
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.number import Number, Record, Texts

FILE = "tumour/linked_draws.toml"


@dataclass(frozen=True)
class Common:
    """What one number has in common with others.

    Attributes
    ----------
    key, share
        The common draw, and its share of the log variance.
    width
        Share of the stated log range that the number takes.
    """

    key: str = ""
    share: float = 0.0
    width: float = 1.0


class LinkedDraw(Record):
    """Numbers whose ranges have a doubt in common.

    Attributes
    ----------
    parameters
        Parameters of the network, by name.
    drug_numbers
        Numbers of the drugs, by name.
    drugs
        Drugs that are meant; all when empty.
    of_one_drug
        Whether the numbers of one drug move together, and not those of all drugs.
    share
        Share of the log variance that is common; the rest is each number's own.
    width
        Share of the stated log range that the numbers take; all of it by default.
    """

    parameters: Texts = ()
    drug_numbers: Texts = ()
    drugs: Texts = ()
    of_one_drug: bool = False
    share: Number
    width: Number | None = None

    @model_validator(mode="after")
    def _are_shares(self) -> LinkedDraw:
        for name, number in (("share", self.share), ("width", self.width)):
            if number is not None and not 0.0 <= number.value <= 1.0:
                raise ValueError(f"{name} {number.value:g} is not between 0 and 1")
        return self

    def common(self, key: str) -> Common:
        """Return what one number of the group has in common with the others, under `key`."""
        return Common(key, self.share.value, 1.0 if self.width is None else self.width.value)


@functools.cache
def load_linked_draws() -> dict[str, LinkedDraw]:
    """Return the groups by name.

    Raises
    ------
    DataErrors
        A group without share, or with an unknown key.
    """
    path = data_folder() / FILE
    errors: list[DataError] = []
    found: dict[str, LinkedDraw] = {}
    for key, table in read_toml(path).items():
        try:
            found[key] = LinkedDraw.model_validate(table)
        except ValidationError as error:
            errors += [DataError(f"{issue['msg']}.", file=path.name, key=key) for issue in error.errors()]
    if errors:
        raise DataErrors(errors)
    return found


def common_of_parameter(name: str) -> Common:
    """Return what a parameter of the network has in common with others."""
    for key, group in load_linked_draws().items():
        if name in group.parameters:
            return group.common(f"common.{key}")
    return Common()


def common_of_drug_number(drug: str, name: str) -> Common:
    """Return what a number of a drug has in common with others."""
    for key, group in load_linked_draws().items():
        if name in group.drug_numbers and (not group.drugs or drug in group.drugs):
            return group.common(f"common.{key}.{drug}" if group.of_one_drug else f"common.{key}")
    return Common()
