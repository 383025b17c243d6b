"""`erbium trial plan`: power and size of a planned trial, and whom to select."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import following
from erbium.cli.console import Column, say, show_fields, show_table, warn
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.options import Draws, Json, Out, Seed, examples
from erbium.cli.output import target
from erbium.core.errors import DataError, UnknownName

if TYPE_CHECKING:
    import pandas as pd

    from erbium.knowledge.schema.trial import Comparison, Trial
    from erbium.trial.statistics import Summary

EPILOG = examples(
    "erbium trial plan my_trial.toml --simulated 2000",
    "erbium trial plan cleopatra --patients 400 --enrich her2_copies",
    "erbium trial plan --hazard-ratio 0.7 --control-median 10 --follow-up 12 --accrual 18",
)
_POWERS = (
    Column("patients", "patients", number=True),
    Column("events", "events", number=True),
    Column("power", "power %", number=True),
)
_ENRICHED = (
    Column("selected", "selected"),
    Column("share", "share %", number=True),
    Column("hr", "hazard ratio", number=True),
    Column("events", "events", number=True),
    Column("randomise", "to randomise", number=True),
    Column("screen", "to screen", number=True),
)
SIMULATED = 800


def plan(
    trial: Annotated[
        str | None,
        typer.Argument(
            metavar="TRIAL",
            show_default=False,
            help="A trial, a trial file, or a folder of results; without, give the numbers by hand.",
        ),
    ] = None,
    arm: Annotated[
        str | None, typer.Option("--arm", help="Tested arm; of the primary comparison without.")
    ] = None,
    versus: Annotated[str | None, typer.Option("--versus", help="Its control.")] = None,
    simulated: Annotated[
        int, typer.Option("--simulated", min=1, help="Virtual patients to plan from, all arms together.")
    ] = SIMULATED,
    patients: Annotated[
        int | None,
        typer.Option(
            "--patients",
            "-n",
            min=1,
            show_default=False,
            help="Size of the planned trial, both arms: its power is given; as in the file without.",
        ),
    ] = None,
    power: Annotated[float, typer.Option("--power", help="Power that is wanted.")] = 0.8,
    alpha: Annotated[float, typer.Option("--alpha", help="Two-sided level of the test.")] = 0.05,
    share: Annotated[
        float | None,
        typer.Option("--share", help="Share of patients in the tested arm.", show_default=False),
    ] = None,
    hazard_ratio: Annotated[
        float | None,
        typer.Option(
            "--hazard-ratio", help="To plan for, in place of the simulated one.", show_default=False
        ),
    ] = None,
    control_median: Annotated[
        float | None, typer.Option("--control-median", help="By hand: months.", show_default=False)
    ] = None,
    follow_up: Annotated[
        float | None,
        typer.Option(
            "--follow-up", help="By hand: months from the last entry to the data cut.", show_default=False
        ),
    ] = None,
    accrual: Annotated[float, typer.Option("--accrual", min=0.0, help="By hand: months of entry.")] = 0.0,
    drop_out: Annotated[float, typer.Option("--drop-out", min=0.0, help="By hand: lost per year.")] = 0.0,
    event_share: Annotated[
        float | None,
        typer.Option("--event-share", help="By hand: share of patients with an event.", show_default=False),
    ] = None,
    rate: Annotated[
        float | None, typer.Option("--rate", help="By hand: fraction in the tested arm.", show_default=False)
    ] = None,
    control_rate: Annotated[
        float | None, typer.Option("--control-rate", help="By hand: in the control arm.", show_default=False)
    ] = None,
    enrich: Annotated[
        str | None,
        typer.Option(
            "--enrich",
            metavar="ATTRIBUTE",
            show_default=False,
            help="What selecting patients by this would need; looks for a cut-off of a number.",
        ),
    ] = None,
    seed: Seed = 1,
    draws: Draws = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Plan a trial: events, patients and power from virtual patients, or from numbers given by hand.

    Virtual patients give the hazard ratio (or the rates) and how many events are seen; a primary endpoint of
    response or pCR is planned as two rates.
    """
    target(out, (".json", ".csv"))
    from erbium.trial.planning import Wanted, plan_by_hand, plan_comparison
    from erbium.trial.planning import enrich as enrichment_of
    from erbium.trial.planning.comparison import times_of_pair

    by_hand = {
        "--control-median": control_median, "--follow-up": follow_up, "--event-share": event_share,
        "--rate": rate, "--control-rate": control_rate, "--accrual": accrual or None,
        "--drop-out": drop_out or None,
    }  # fmt: skip
    if trial is None:
        _refuse({"--enrich": enrich, "--arm": arm, "--versus": versus}, "a trial beside it")
        wanted = Wanted(power, alpha, 0.5 if share is None else share, patients, hazard_ratio)
        rates = _rates(rate, control_rate, hazard_ratio)
        planned = plan_by_hand(
            wanted, event_share=event_share, control_median=control_median, follow_up=follow_up,
            accrual=accrual, drop_out=drop_out, rates=rates,
        )  # fmt: skip
        body: dict[str, Any] = {"trial": None, "name": None, "simulated": None, "enrichment": None}
    else:
        _refuse(by_hand, "no such option: it follows from the trial")
        source = _Source(trial)
        pair = _pair(source.trial, arm, versus)
        size = patients or _size_in_file(source.trial, pair)
        part = _share(source.trial, pair) if share is None else share
        wanted = Wanted(power, alpha, part, size, hazard_ratio)
        wanted.check()
        known = _known(enrich, source.trial, pair)
        table, summary, identity = source.simulated(simulated, seed, draws)
        planned = plan_comparison(source.trial, table, summary, pair, wanted, seed=seed)
        body = {
            "trial": source.trial.id, "name": source.trial.name,
            "simulated": {key: identity.get(key) for key in ("patients", "draws", "seed")},
            "enrichment": None if enrich is None else enrichment_of(
                table, enrich, pair, wanted, known, times=times_of_pair(source.trial, pair), seed=seed
            ),
        }  # fmt: skip
    warnings = [*planned.warnings]
    if enrich is not None and hazard_ratio is not None:
        warnings.append("the sizes after selection follow from the simulated ratios, not from --hazard-ratio")
    payload = document(
        "trial_plan", seed=None if trial is None else seed, warnings=warnings, power=power, alpha=alpha,
        share=wanted.share, **body, **planned.json(),
    )  # fmt: skip
    deliver(payload, planned.powers, lambda: _show(payload), as_json=as_json, out=out)
    for text in warnings:
        warn(text)


class _Source:
    """A trial to plan from: simulated already, or still to be run."""

    def __init__(self, name: str) -> None:
        from erbium.knowledge.trials import trial_file
        from erbium.trial import Study
        from erbium.trial.reopen import is_folder, reopen

        self.run = reopen(Path(name)) if is_folder(name) else None
        self.study = None if self.run else Study.read(trial_file(name))

    @property
    def trial(self) -> Trial:
        """The trial."""
        if self.run is not None:
            return self.run.trial
        assert self.study is not None
        return self.study.trial

    def simulated(
        self, patients: int, seed: int, draws: int
    ) -> tuple[pd.DataFrame, Summary, Mapping[str, Any]]:
        """Return patients, what they showed, and what they depend on."""
        from erbium.trial import run_trial

        if self.study is None:
            assert self.run is not None
            return self.run.patients, self.run.summary, self.run.identity
        name = self.trial.name
        with following(name) as move:
            made = run_trial(
                self.study, patients, seed=seed, draws=draws, progress=lambda done: move(done, name)
            )
        return made.patients, made.summary, made.identity


def _known(attribute: str | None, trial: Trial, pair: Comparison) -> list[str]:
    """Return the attributes of patients, after looking whether one can be selected by."""
    from erbium.knowledge import load_knowledge
    from erbium.population.attributes import known_attributes
    from erbium.trial.planning.comparison import SHARES

    known = list(known_attributes(load_knowledge().mechanisms))
    endpoint = pair.endpoint or trial.design.primary
    if attribute is None:
        return known
    if attribute not in known:
        raise UnknownName.among("attribute", attribute, known, key="--enrich")
    if endpoint in SHARES:
        raise DataError(
            f"selection is planned for times, {endpoint} is a share of patients.", key="--enrich",
            expected="a comparison of PFS, CNS_PFS, EFS or iDFS",
        )  # fmt: skip
    return known


def _refuse(given: dict[str, Any], expected: str) -> None:
    for key, value in given.items():
        if value is not None:
            raise DataError("this option has no meaning here.", key=key, expected=expected)


def _rates(rate: float | None, control: float | None, ratio: float | None) -> tuple[float, float] | None:
    if rate is None and control is None:
        return None
    if rate is None or control is None:
        key = "--rate" if rate is None else "--control-rate"
        raise DataError("one rate is missing.", key=key, expected="--rate and --control-rate together")
    if ratio is not None:
        raise DataError("rates and a hazard ratio are given.", key="--hazard-ratio", expected="one of them")
    return rate, control


def _pair(trial: Trial, arm: str | None, versus: str | None) -> Comparison:
    for key, name in (("--arm", arm), ("--versus", versus)):
        if name is not None and name not in trial.arm_names:
            raise UnknownName.among(f'arm of the trial "{trial.id}"', name, trial.arm_names, key=key)
    fit = [
        pair for pair in trial.comparison
        if (arm is None or pair.arm == arm) and (versus is None or pair.versus == versus)
    ]  # fmt: skip
    if not fit:
        told = "; ".join(f"{pair.arm} against {pair.versus}" for pair in trial.comparison)
        raise DataError(
            f'the trial "{trial.id}" has no such comparison.', key="--arm",
            expected=told or "a trial that compares arms",
        )  # fmt: skip
    return next((pair for pair in fit if pair.primary), fit[0])


def _size_in_file(trial: Trial, pair: Comparison) -> int:
    """Return the patients of the two arms in the design."""
    both = sum(arm.share for arm in trial.arm if arm.name in {pair.arm, pair.versus})
    return round(trial.design.patients * both / sum(arm.share for arm in trial.arm))


def _share(trial: Trial, pair: Comparison) -> float:
    shares = {arm.name: arm.share for arm in trial.arm}
    return shares[pair.arm] / (shares[pair.arm] + shares[pair.versus])


def _show(payload: dict[str, Any]) -> None:
    effect, needed, planned = payload["effect"], payload["needed"], payload["planned"]
    fields = [
        ("comparison", f"{effect['arm']} against {effect['versus']}" if "arm" in effect else None),
        ("endpoint", effect["endpoint"]),
        ("from", _origin(payload)),
        ("hazard ratio", _ratio(effect)),
        ("rates", _percents(effect.get("rates"))),
        ("with an event", _percents([effect["event_share"]] if "event_share" in effect else None)),
        ("test", f"two-sided level {payload['alpha']:g}, {100 * payload['share']:.0f} % in the tested arm"),
        (f"needed for {100 * payload['power']:g} %", _size(needed)),
    ]
    if planned is not None:
        fields.append((f"power of {planned['patients']} patients", _power(planned)))
    show_fields(fields, payload["name"] or "Plan")
    say()
    show_table([{**row, **_rounded(row)} for row in payload["powers"]], _POWERS)
    if payload["enrichment"]:
        say()
        _show_enriched(payload["enrichment"])


def _origin(payload: dict[str, Any]) -> str:
    source, simulated = payload["effect"]["from"], payload["simulated"]
    return source if simulated is None else f"{source}, {simulated['patients']} virtual patients"


def _ratio(effect: dict[str, Any]) -> str | None:
    if "hazard_ratio" not in effect:
        return None
    told, found = f"{effect['hazard_ratio']:.3g}", effect.get("simulated_ratio")
    if not found or found["value"] is None:
        return told
    ends = f"{found['low']:.2f}–{found['high']:.2f}"
    same = found["value"] == effect["hazard_ratio"]
    return f"{told} ({ends})" if same else f"{told} (simulated {found['value']:.2f}, {ends})"


def _percents(values: list[float] | None) -> str | None:
    return None if values is None else " against ".join(f"{100 * value:.0f} %" for value in values)


def _size(needed: dict[str, Any]) -> str:
    events = "" if needed["events"] is None else f"{needed['events']} events, "
    return f"{events}{needed['patients']} patients"


def _power(planned: dict[str, Any]) -> str:
    told = f"{100 * planned['power']:.0f} %"
    again = planned.get("resampled")
    if again is None:
        return told
    ends = f"{100 * again['low']:.0f}–{100 * again['high']:.0f}"
    return (
        f"{told}; {100 * again['power']:.0f} % ({ends}) of {again['trials']} trials drawn from the patients"
    )


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    events = row["events"]
    return {"events": None if events is None else round(events), "power": f"{100 * row['power']:.0f}"}


def _show_enriched(found: dict[str, Any]) -> None:
    rows = [
        {
            **row, "share": f"{100 * row['share']:.0f}",
            "hr": None if row["hr"] is None else f"{row['hr']:.2f}",
        }
        for row in found["rows"]
    ]  # fmt: skip
    show_table(rows, _ENRICHED, f"Selecting by {found['attribute']}")
    cut = found["cut_off"]
    if cut is not None:
        say(
            f"Largest difference of effect at {cut['best']['value']:.4g}: p = {cut['p_corrected']:.2g} after "
            "correction for having looked."
        )
