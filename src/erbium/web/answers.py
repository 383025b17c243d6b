"""What the quick questions do, in the process that answers them; what a case needs is kept between them."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from typing import Any

from erbium.advise.advise import split_twins
from erbium.advise.what_if import WhatIf
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.profile import profile_from_text
from erbium.search.activity import activity
from erbium.tumour import Tumour
from erbium.web.asked import ActivityRequest, ImportRequest, WhatIfRequest
from erbium.web.case import profile_of
from erbium.web.intake import imported
from erbium.web.models import ProfileInput

Answer = Callable[[dict[str, Any], Callable[[float, str], None]], tuple[dict[str, Any], dict[str, str]]]

#: Cases that are kept.
KEPT = 4


def _case(asked: ProfileInput) -> str:
    return json.dumps({key: getattr(asked, key) for key in ("profile", "text", "example")}, sort_keys=True)


@functools.lru_cache(KEPT)
def _tumour(case: str, twins: int, seed: int) -> Tumour:
    draws, markers = split_twins(twins)
    profile = profile_of(ProfileInput(**json.loads(case)))
    return Tumour.from_profile(profile, seed=seed, parameter_draws=draws, marker_draws=markers)


@functools.lru_cache(KEPT)
def _what_if(case: str, regimens: tuple[str, ...], twins: int, seed: int, months: float) -> WhatIf:
    profile = profile_of(ProfileInput(**json.loads(case)))
    return WhatIf.of(profile, regimens, twins=twins, seed=seed, months=months)


def network_activity(
    request: dict[str, Any], _progress: Callable[[float, str], None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return how active every node of the network is."""
    asked = ActivityRequest.model_validate(request)
    known = load_knowledge()
    regimen = None if asked.regimen is None else resolve_regimen(asked.regimen, known.regimens, known.drugs)
    tumour = _tumour(_case(asked), asked.twins, asked.seed)
    return activity(tumour, regimen, asked.knock_down, days=asked.days).json(), {}


def what_if(
    request: dict[str, Any], _progress: Callable[[float, str], None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the order of regimens with mechanisms switched on or off."""
    asked = WhatIfRequest.model_validate(request)
    found = _what_if(_case(asked), tuple(asked.regimens), asked.twins, asked.seed, asked.horizon_months)
    changed = None if asked.changed is None else profile_from_text(asked.changed)
    return found.answer(changed, present=asked.present, absent=asked.absent, pairs=asked.pairs), {}


def pdf(
    request: dict[str, Any], _progress: Callable[[float, str], None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a page as PDF, in base64."""
    from erbium.report.pdf import pdf_bytes

    return {"pdf": base64.b64encode(pdf_bytes(request["page"])).decode("ascii")}, {}


def take_in(
    request: dict[str, Any], _progress: Callable[[float, str], None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the profiles of a file of another program."""
    asked = ImportRequest.model_validate(request)
    return imported(asked.name, asked.content, asked.sample), {}


QUICK: dict[str, Answer] = {"activity": network_activity, "what_if": what_if, "pdf": pdf, "import": take_in}
