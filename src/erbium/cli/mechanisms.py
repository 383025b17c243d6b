"""`erbium mechanisms`: what makes a tumour resist, which number it moves, and what reveals it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.console import Column, say, show_fields, show_table
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.mechanism_drugs import drug_rows, show_drugs
from erbium.cli.options import Json, Out, Overlay, examples
from erbium.cli.overlay import knowledge_of
from erbium.core.errors import UnknownName, nearest

if TYPE_CHECKING:
    from erbium.knowledge.schema.mechanism import Effect, Marker, Mechanism, Prior

app = typer.Typer(no_args_is_help=True)

_COLUMNS = (
    Column("id", "mechanism"),
    Column("name", "name"),
    Column("group", "group"),
    Column("moves", "moves"),
    Column("markers", "revealed by"),
)
_EFFECTS = (
    Column("parameter", "moves"),
    Column("change", "how"),
    Column("neutral", "neutral", number=True),
    Column("range", "5th to 95th percentile"),
    Column("kind", "kind"),
    Column("evidence", "evidence"),
)
_WORDS = {"set": "set to", "scale": "times", "enable": "switched on", "remove": "removed"}


@app.command("list", epilog=examples("erbium mechanisms list", "erbium mechanisms list --group her2"))
def list_mechanisms(
    group: Annotated[str | None, typer.Option("--group", help="Only mechanisms of this group.")] = None,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """List the mechanisms of resistance."""
    known = knowledge_of(overlay).mechanisms
    groups = sorted({item.group for item in known.values()})
    if group is not None and group not in groups:
        raise UnknownName.among("group", group, groups, key="--group")
    rows = [_row(item) for item in known.values() if group in (None, item.group)]
    deliver(
        document("mechanisms", overlay=overlay, mechanisms=rows),
        rows,
        lambda: show_table(rows, _COLUMNS),
        as_json=as_json,
        out=out,
    )


@app.command(
    "show",
    epilog=examples(
        "erbium mechanisms show p95her2",
        "erbium mechanisms show pten_loss --json",
        "erbium mechanisms show rb1_loss --no-drugs",
    ),
)
def show_mechanism(
    name: Annotated[str, typer.Argument(metavar="MECHANISM", help="Its id or name.", show_default=False)],
    drugs: Annotated[
        bool, typer.Option("--drugs/--no-drugs", help="Compute which drugs it hurts and helps.")
    ] = True,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show what a mechanism moves, how far, on what evidence, what reveals it, and the drugs it touches."""
    knowledge = knowledge_of(overlay)
    mechanism = _find(name, knowledge.mechanisms)
    moved = drug_rows(mechanism, knowledge) if drugs else None
    rows = [_effect_row(effect) for effect in mechanism.effects]

    def show() -> None:
        facts = [
            ("id", mechanism.id),
            ("group", mechanism.group),
            (
                "acts in",
                {"tumour": "every clone", "clone": "clones that list it", "patient": "the patient"}[
                    mechanism.scope
                ],
            ),
            ("not together with", mechanism.exclusive),
            ("ask for", mechanism.test),
        ]
        show_fields(facts, mechanism.name)
        say(f"\n{mechanism.description}\n")
        show_table(rows, _EFFECTS)
        for effect in mechanism.effects:
            if effect.note:
                say(f"  {effect.parameter}: {effect.note}")
        if any(isinstance(effect.value, str) for effect in mechanism.effects):
            say("  x is the strength of the marker.")
        say("\nRevealed by")
        for marker in mechanism.markers:
            say(f"  {_marker(marker)}" + (f" ({marker.note})" if marker.note else ""))
        if mechanism.prior:
            say("\nWhere nobody tested")
            for line in _prior(mechanism.prior):
                say(f"  {line}")
        if moved is not None:
            show_drugs(moved)
        for title, lines in (
            ("Evidence", mechanism.evidence),
            ("Other explanations", mechanism.alternatives),
        ):
            if lines:
                say(f"\n{title}")
            for line in lines:
                say(f"  {line}")
        if mechanism.dispute:
            say(
                f"\nDisputed: {mechanism.dispute.marker} under {mechanism.dispute.treatment}; in "
                f"{100 * mechanism.dispute.share.value:.0f} % of the parameter draws it moves nothing."
            )
        if mechanism.note:
            say(f"\n{mechanism.note}")

    deliver(
        document("mechanism", overlay=overlay, mechanism=mechanism, effects=rows, drugs=moved),
        rows,
        show,
        as_json=as_json,
        out=out,
    )


def _find(name: str, known: Any) -> Mechanism:
    wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
    by_name: dict[str, Mechanism] = {item.name.casefold(): item for item in known.values()}
    found: Mechanism | None = known.get(wanted) or by_name.get(name.strip().casefold())
    if found is None:
        near = nearest(name, [*known, *(item.name for item in known.values())])
        raise UnknownName(f'no mechanism "{name}".', nearest=near, hint="erbium mechanisms list")
    return found


def _row(mechanism: Mechanism) -> dict[str, Any]:
    return {
        "id": mechanism.id,
        "name": mechanism.name,
        "group": mechanism.group,
        "scope": mechanism.scope,
        "moves": [effect.parameter for effect in mechanism.effects],
        "markers": [_marker(marker) for marker in mechanism.markers],
        "description": mechanism.description,
    }


def _effect_row(effect: Effect) -> dict[str, Any]:
    from erbium.knowledge.parameters import load_parameters

    module, _, name = effect.parameter.partition(".")
    number = load_parameters().get(module, {}).get(name)
    value = effect.value if isinstance(effect.value, str) or effect.value is None else f"{effect.value:g}"
    return {
        "parameter": effect.parameter,
        "change": f"{_WORDS[effect.verb]} {value}" if value is not None else _WORDS[effect.verb],
        "neutral": number.value if number else None,
        "unit": number.unit if number else None,
        "range": f"{effect.low:g} to {effect.high:g}"
        if effect.low is not None and effect.high is not None
        else None,
        "kind": effect.kind,
        "evidence": list(effect.evidence),
        "note": effect.note,
    }


def _marker(marker: Marker) -> str:
    if marker.reveal == "variant":
        return f"{marker.gene} {', '.join(marker.changes)}"
    if marker.reveal == "copy_number":
        parts = [f"call {', '.join(str(call) for call in marker.calls)}"] if marker.calls else []
        parts += [f"copies from {marker.above:g}"] if marker.above is not None else []
        parts += [f"copies below {marker.below:g}"] if marker.below is not None else []
        return f"{marker.gene} {' or '.join(parts)}"
    if marker.graded:
        return f"{marker.field}" + (f" from {marker.threshold:g}" if marker.threshold is not None else "")
    if marker.above is not None or marker.below is not None:
        return f"{marker.field}" + (
            f" from {marker.above:g}" if marker.above is not None else f" below {marker.below:g}"
        )
    return f"{marker.field} {', '.join(marker.values)}"


def _prior(prior: Prior) -> list[str]:
    lines = [
        f"{setting.replace('_', ', ')}: in {number.value:.0%} of tumours"
        + (f" ({number.source})" if number.source else "")
        for setting, number in prior.prevalence.items()
    ]
    if not prior.drawn:
        lines.append("not drawn: a twin has it only where it was measured")
    if prior.x_median:
        lines.append(f"strength x: median {prior.x_median.value:g}, coefficient of variation {prior.x_cv:g}")
    return lines
