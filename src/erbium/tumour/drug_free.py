"""What a clone is without drugs, written beside its constants: what selection and pace are measured by."""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array
from erbium.engine.kernel import Kernel
from erbium.model.compose import clone_name

#: Parameters, and the readouts of the settled drug-free state that they hold.
_HELD = {
    "drug_free_input": "receptor_input",
    "drug_free_growth": "uncrowded_growth",
    "untreated_growth": "signal_growth_rate",
    "S_untreated": "Ki67",
}


def put_drug_free(kernel: Kernel, states: Array, table: Array) -> None:
    """Write into `table` what its clones are in the drug-free `states`.

    To be called after whatever changes the pace of division or signal-driven death.

    Parameters
    ----------
    states, table
        Settled drug-free states and parameters, shapes (n, species) and (n, parameters).
    """
    clones = range(1, kernel.network.clones + 1)
    wanted = [clone_name(c, readout) for readout in _HELD.values() for c in clones]
    found = kernel.compute_readouts(states, table, wanted)
    for name, readout in _HELD.items():
        for c in clones:
            column = kernel.network.parameter_index[clone_name(c, name)]
            table[:, column] = np.asarray(found[clone_name(c, readout)])
