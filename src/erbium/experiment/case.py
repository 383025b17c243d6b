"""The cells of a patient, for experiments: the first clone of a profile, one marker draw per member."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from erbium.core.twins import Array, Twins
from erbium.core.units import HOURS_PER_DAY
from erbium.experiment.condition import is_profile
from erbium.model import build_network
from erbium.profile import profile_from_text, read_profile
from erbium.tumour import Tumour
from erbium.tumour.parameter_table import ParameterTable


@dataclass(frozen=True)
class CaseCells:
    """The first clone of a tumour.

    Attributes
    ----------
    table
        Parameters of the network of one clone, shape (members, parameters).
    doubling_hours
        Doubling time in the patient, h, shape (members,).
    """

    table: Array
    doubling_hours: Array


@functools.lru_cache(maxsize=16)
def cells_of_case(case: str, twins: Twins) -> CaseCells:
    """Return the cells of the patient in a profile; kinetic draws are those of all experiments.

    Parameters
    ----------
    case
        Path of the profile, or the profile itself as JSON text.

    Raises
    ------
    DataErrors
        What is wrong with the profile.
    """
    profile = profile_from_text(case) if is_profile(case) else read_profile(case)
    tumour = Tumour.from_profile(
        profile, seed=twins.seed, parameter_draws=twins.parameter_draws, marker_draws=1
    )
    whole = ParameterTable(tumour).matrix()
    index = tumour.network.parameter_index
    table = whole[:, [index[name] for name in build_network(1).parameters]]
    return CaseCells(table, tumour.doubling_days * HOURS_PER_DAY)
