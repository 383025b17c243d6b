"""Columns that only some trials have: the brain beside the body, and times from surgery."""

from __future__ import annotations

from erbium.knowledge.schema.trial import Trial

#: Outcome in the brain of patients with brain metastases.
BRAIN = ("cns_pfs_months", "cns_pfs_event", "cns_response")
#: Freedom from invasive disease after surgery.
FROM_SURGERY = ("idfs_months", "idfs_event")


def further_columns(trial: Trial) -> tuple[str, ...]:
    """Return what is recorded of the patients of a trial beside what is recorded of all."""
    brain = BRAIN if trial.design.brain_lesions else ()
    surgery = FROM_SURGERY if trial.followed_after_surgery else ()
    return (*brain, *surgery)


def limits_of(trial: Trial) -> list[str]:
    """Return what must be said beside the further figures of a trial."""
    said = []
    if trial.design.brain_lesions:
        said.append(
            "new brain lesions in patients without any are not simulated, nor is local treatment of the "
            "brain; small molecules reach brain lesions as they reach cerebrospinal fluid, "
            "antibodies by an assumed leak"
        )
        said.append(
            "published CNS-PFS counts deaths, the simulated one does not, and censors who progresses in the "
            "body first: these are not like the others, so the censoring is informative and shifts the figure"
        )
    if trial.followed_after_surgery:
        said.append(
            "relapse is that of deposits with the burden and share of the adjuvant setting, whatever the "
            "size of the primary; the breast itself does not relapse, and a drug stopped before surgery may "
            "be given again after"
        )
    return said
