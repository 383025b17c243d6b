"""Brain metastases: the same twins with their lesions behind the blood-brain barrier."""

from __future__ import annotations

from collections.abc import Sequence

from erbium.advise.run import simulate_all
from erbium.core.twins import Twins
from erbium.knowledge.schema.regimen import Regimen
from erbium.tumour import Tumour
from erbium.tumour.endpoints import Interval, interval
from erbium.tumour.recist import PR

BRAIN_DAYS = 252.0


def brain_response(
    tumour: Tumour, small: Tumour, regimens: Sequence[Regimen], horizon_days: float
) -> dict[str, Interval]:
    """Return the intracranial response rate of every regimen, empty without brain metastases.

    Unbound exposure in the brain comes from each drug's own penetration; a metastasis leaks more than
    the intact barrier, which is not modelled: read the order, not the size.

    Parameters
    ----------
    small
        Fewer twins of the same tumour; responses come within months.
    """
    found = tumour.profile.disease.brain_metastases.value
    if tumour.setting != "metastatic" or found not in ("stable", "active"):
        return {}
    simulated, _ = simulate_all(small.at("brain"), regimens, min(BRAIN_DAYS, horizon_days))
    twins: Twins = small.twins
    return {
        item.regimen.id: interval(twins, twins.per_draw(item.course.best >= PR).mean(axis=1), "fraction")
        for item in simulated
    }
