"""The drug that a name in a file stands for."""

from __future__ import annotations

import functools
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from erbium.core.errors import ErbiumError
from erbium.formats.patient.draft import Draft
from erbium.knowledge.catalogue import load_regimens, resolve_drug
from erbium.profile.vocabulary import ReasonEnded, Response

# A word of a dose, a dose form, a route or a schedule: what may follow a drug's name and does not change it.
_UNIT = r"(?:mcg|[mµunk]?g|[mµ]?l|m2|m²|units?|unt|iu|mci|hrs?|days?|dose|vial|%|ampoule)"
_DOSE = rf"\d[\d.,]*(?:{_UNIT})?(?:/\d*[\d.,]*{_UNIT})*|{_UNIT}(?:/\d*[\d.,]*{_UNIT})*"
_FORM = (
    r"injections?|injectable|infusions?|solution|concentrate|powder|lyophili[sz]ed|for|of|in|vials?|syringe|prefilled|"
    r"tablets?|tabs?|capsules?|caps?|film-?coated|coated|film|oral|orally|intravenous|intravenously|subcutaneous|"
    r"subcutaneously|iv|i\.v\.|sc|s\.c\.|po|p\.o\.|pack|product"
)
_SCHEDULE = r"daily|weekly|once|twice|every|weeks?|q\d{1,2}[wdh]|qd|bid|tid|qw|od"
_AFTER_A_NAME = re.compile(rf"(?i){_DOSE}|{_FORM}|{_SCHEDULE}")
_BRACKET = re.compile(r"[\[(]([^\[\]()]*)[\])]")


@functools.lru_cache(maxsize=4096)
def drugs_named(text: str) -> tuple[str, ...]:
    """Return the drugs of a name, of several joined by ``+``; none where one of them is not known."""
    found: list[str] = []
    for name in re.split(r"(?i)\s+and\s+|\+", text[:400]):
        drug = _drug(name)
        if drug is None:
            return ()
        found.append(drug)
    return tuple(dict.fromkeys(found))


def _drug(text: str) -> str | None:
    """Return the drug of a name that a dose, a form and a brand may follow, and no other word."""
    whole = _known(text)
    if whole is not None:
        return whole
    beside = [inside for inside in _BRACKET.findall(text) if not _only_dose(inside)]
    words = re.sub(r"[,;]\s", " ", _BRACKET.sub(" ", text)).rstrip(" ,;").split()
    while words and _AFTER_A_NAME.fullmatch(words[0]):
        words.pop(0)  # "10 ML trastuzumab 21 MG/ML Injection"
    while words:
        found = _known(" ".join(words))
        if found is not None:
            return found if all(_known(brand) == found for brand in beside) else None
        last = words.pop()
        if _AFTER_A_NAME.fullmatch(last) is None:
            beside.append(last)
            if _known(last) is None:
                return None
    return None


def _only_dose(text: str) -> bool:
    return all(_AFTER_A_NAME.fullmatch(word) for word in text.replace(",", " ").split())


def _known(name: str) -> str | None:
    try:
        return resolve_drug(name.strip()).id if name.strip() else None
    except ErbiumError:
        return None


@functools.cache
def _regimen_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for regimen in load_regimens().values():
        names |= {regimen.id.casefold(): regimen.name, regimen.name.casefold(): regimen.name}
    return names


def treatment_named(text: str) -> dict[str, Any] | None:
    """Return the regimen or the drugs that a name stands for, as keys of an earlier treatment."""
    regimen = _regimen_names().get(" ".join(text.casefold().split())[:200])
    if regimen is not None:
        return {"regimen": regimen}
    drugs = drugs_named(text)
    return {"drugs": list(drugs)} if drugs else None


def one_of(kind: Any, text: str | None) -> str | None:
    """Return the word of a vocabulary that a text stands for, None where it is none of them."""
    if not text:
        return None
    try:
        word: str = TypeAdapter(kind).validate_python(text.strip()[:60])
    except ValidationError:
        return None
    return word


def response(text: str | None) -> str | None:
    """Return the response that a text stands for."""
    return one_of(Response, text)


_REASONS = {
    "progression": re.compile(r"(?<!in )\bprogress|\brecur"),
    "toxicity": re.compile(r"toxic|\badverse|\bintoleran|\bside effect"),
    "completed": re.compile(r"\bcomplet|\bfinished"),
    "choice": re.compile(
        r"\bchoice|\bpreference|patient declin|declined (?:treatment|therapy|further)|\brefus"
    ),
}
_DENIED = re.compile(
    r"\b(?:no|not|non|nor|none|never|neither|without|w/o|free|absence|absent|exclud\w*|ruled out|denie[sd])\b"
    r"|n't\b|\bnon(?=toxic)"
)


def reason_ended(text: str | None) -> str | None:
    """Return the reason for ending that a text stands for, by its words.

    None where a word of the text denies something, or two reasons are named: which of them is meant is
    not for a program to guess.
    """
    exact = one_of(ReasonEnded, text)
    if exact or not text:
        return exact
    folded = text.casefold()
    named = [reason for reason, words in _REASONS.items() if words.search(folded)]
    return named[0] if len(named) == 1 and not _DENIED.search(folded) else None


def reason_or_listed(text: str | None, path: str, draft: Draft) -> str | None:
    """Return the reason for ending, and list a text that gives none."""
    reason = reason_ended(text)
    if text and reason is None:
        draft.skip(
            path, text, "no reason for ending that can be told: progression, toxicity, completed, choice"
        )
    return reason


def group_by_course(courses: list[tuple[str, dict[str, Any]]], draft: Draft) -> None:
    """Add courses of single drugs to the draft; those with equal dates are one treatment."""
    together: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
    for path, course in courses:
        key: tuple[Any, ...] = (course.get("start"), course.get("stop"), course.get("setting"))
        if course.get("start") is None:
            key = (path,)
        if key in together:
            known = together[key][1]
            known["drugs"] = list(dict.fromkeys([*known["drugs"], *course["drugs"]]))
            for name, value in course.items():
                known.setdefault(name, value)
        else:
            together[key] = (path, dict(course))
    draft.therapies += sorted(together.values(), key=lambda entry: str(entry[1].get("start") or "~"))
