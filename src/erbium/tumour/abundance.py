"""temporary"""
from __future__ import annotations
import numpy as np
from erbium.core.twins import Array, Twins
from erbium.profile import HER2Status, Profile

def abundances(profile: Profile, status: HER2Status, twins: Twins) -> dict[str, Array]:
    ihc=profile.her2.ihc.value
    med={"3+":1000.,"2+":300. if status.status=="positive" else 100.,"1+":40.,"0+":20.,"0":12.}.get(ihc, 1000. if status.status=="positive" else 30.)
    her2=med*twins.between("abundance.HER2",.5)
    if profile.her2.receptors_per_cell.value: her2=np.full(twins.count,profile.her2.receptors_per_cell.value/1000)
    er=profile.receptors.er_percent.value
    e=np.full(twins.count,min(1.,er/50)) if er is not None else (twins.uniform("abundance.ER")<.5)*1.
    by=(.02*twins.between("abundance.bypass",1.) if status.status!="negative" else .8*twins.between("abundance.bypass",.4))
    return dict(HER2=her2,EGFR=60*twins.between("abundance.EGFR",1.),HER3=10*twins.between("abundance.HER3",.5),ER=e,bypass=by,negative_HER2=15*twins.between("abundance.negHER2",.6),negative_bypass=.8*twins.between("abundance.negbypass",.4))
