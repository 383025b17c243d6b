"""What each kind of job does, in the process of the job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from erbium.advise import advise
from erbium.engine.build import find_compiler
from erbium.knowledge.trials import trial_file
from erbium.report.published_curves import published_curves
from erbium.report.trial import curves, forests, trial_html, waterfall
from erbium.trial import Study, run_trial
from erbium.web.answers import QUICK
from erbium.web.case import profile_of
from erbium.web.jobs import lab
from erbium.web.models import AdviseRequest, TrialRequest
from erbium.web.trial_text import study_of

Progress = Callable[[float, str], None]
Done = tuple[dict[str, Any], dict[str, str]]

EXPLAINED_WITHOUT_C = 2


def answer(request: dict[str, Any], progress: Progress) -> Done:
    """Order the options of a case."""
    asked = AdviseRequest.model_validate(request)
    explained = asked.explain if find_compiler() else min(asked.explain, EXPLAINED_WITHOUT_C)
    found = advise(
        profile_of(asked),
        seed=asked.seed,
        twins=asked.twins,
        regimens=asked.regimens or None,
        horizon=f"{asked.horizon_months:g} months",
        explain=explained,
        progress=progress,
    )
    return found.json(), {}


def trial(request: dict[str, Any], progress: Progress) -> Done:
    """Run a shipped trial on virtual patients, with its page and its curves."""
    folder = request.pop("curves", None)
    asked = TrialRequest.model_validate(request)
    if asked.text is not None:
        with study_of(asked.text) as study:
            return _ran(study, asked, folder, progress)
    return _ran(Study.read(trial_file(asked.trial or ""), None), asked, folder, progress)


def _ran(study: Study, asked: TrialRequest, folder: str | None, progress: Progress) -> Done:
    """Run a trial, and draw it."""
    published = published_curves(study.trial, None if folder is None else Path(folder))
    run = run_trial(
        study,
        asked.patients,
        seed=asked.seed,
        draws=asked.draws,
        progress=lambda share: progress(0.97 * share, "patients"),
    )
    progress(0.97, "drawing")
    page = trial_html(
        study.trial, run.patients, run.sizes, run.summary, origin=run.identity, published_curves=published
    )
    drawn = curves(study.trial, run.summary, published)
    compared = forests(study.trial, run.summary)
    response = waterfall(study.trial, run.patients)
    result = run.json() | {
        "edited": asked.text is not None,
        "curve_titles": [title for title, _ in drawn],
        "forest_titles": [title for title, _ in compared],
        "waterfall": bool(response),
    }
    parts = {"report": page} | {f"curve-{place}": svg for place, (_, svg) in enumerate(drawn)}
    parts |= {f"forest-{place}": svg for place, (_, svg) in enumerate(compared)}
    if response:
        parts["waterfall"] = response
    return result, parts


WORK: dict[str, Callable[[dict[str, Any], Progress], Done]] = {
    "advise": answer,
    "trial": trial,
    "combine": lab.combination,
    "experiment": lab.experiment,
    "claim": lab.claim,
    **QUICK,
}
