"""`erbium search`: the network without a drug in hand, and the score of the search against measured pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.ask import following
from erbium.cli.console import Column, note, say, say_json, show_fields, show_table
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, Overlay, ProfileFile, Seed, examples
from erbium.cli.output import target
from erbium.cli.overlay import knowledge_of

app = typer.Typer(no_args_is_help=True)

_SCORES = (
    Column("group", "pairs"),
    Column("predictor", "predictor"),
    Column("n", "n", number=True),
    Column("spearman", "Spearman", number=True),
    Column("low", "low", number=True),
    Column("high", "high", number=True),
    Column("sign_agreement", "same sign", number=True),
    Column("measured_positive", "measured above 0", number=True),
)
_NODES = (
    Column("id", "node"),
    Column("name", "name"),
    Column("acts", "acts on"),
    Column("basis", "hit by"),
)
_SETS = (Column("nodes", "nodes"), Column("growth", "growth, log10 in 12 weeks", number=True))
_EFFECTS = (
    Column("node", "node"),
    Column("mu_star", "mean size of effect", number=True),
    Column("mu", "mean effect", number=True),
    Column("sigma", "spread", number=True),
)


@app.command("nodes", epilog=examples("erbium search nodes"))
def nodes(as_json: Json = False, out: Out = None) -> None:
    """List the nodes that can be inhibited without a drug."""
    from erbium.knowledge.search_nodes import load_search_nodes

    rows = [
        {"id": node.id, "name": node.name, "acts": node.potency or node.scale, "basis": node.basis}
        for node in load_search_nodes().values()
    ]
    deliver(
        document("search_nodes", nodes=rows), rows, lambda: show_table(rows, _NODES), as_json=as_json, out=out
    )


@app.command("network", epilog=examples("erbium search network my_tumour.toml -o network_view.json"))
def network(
    profile: ProfileFile,
    size: Annotated[int, typer.Option("--size", min=1, max=2, help="Most nodes of a set.")] = 2,
    strength: Annotated[float, typer.Option("--strength", help="Share by which nodes are inhibited.")] = 0.8,
    draws: Annotated[int, typer.Option("--draws", min=1, max=200, help="Parameter draws.")] = 8,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="Morris elementary effects (SALib).")
    ] = True,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show what the signed graph says a tumour needs, what its dynamics say, and where the two part."""
    place = target(out, (".json",))
    from erbium.profile import read_profile
    from erbium.search.network_view import network_view

    case = read_profile(profile)
    known = knowledge_of(overlay)
    with following("network") as move:
        found = network_view(
            case,
            strength=strength,
            most=size,
            draws=draws,
            seed=seed,
            sensitivity=sensitivity,
            knowledge=known,
            progress=move,
        ).json()
    if place is not None:
        place.write_json(found)
        note(f"written: {place.path}")
    if as_json:
        say_json(found)
    elif place is None:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    graph, dynamics, over = found["graph"], found["dynamics"], found["dynamics_over_graph"]
    loops = graph["loops_by_kind"]
    show_fields(
        [
            ("graph", f"{graph['nodes']} nodes, {graph['edges']} edges"),
            ("loops", f"{loops['positive']} positive, {loops['negative']} negative, of up to 6 nodes"),
            ("bottlenecks", ", ".join(item["node"] for item in graph["bottlenecks"])),
            ("control nodes", len(graph["control_nodes"])),
            ("cuts of the graph", "; ".join(" + ".join(one) for one in graph["cuts"]) or "none of this size"),
            (
                "graph and dynamics",
                (
                    f"{over['both']} sets stop growth by both, {over['graph_only']} by the graph alone, "
                    f"{over['dynamics_only']} by the dynamics alone, {over['neither']} by neither"
                ),
            ),
        ],
        f"Network of {found['case']}",
    )
    say()
    rows = [{"nodes": " + ".join(item["nodes"]), "growth": item["growth"]} for item in dynamics["sets"]]
    show_table(
        rows, _SETS, title=f"Minimal sets that stop growth, each node inhibited by {found['strength']:.0%}"
    )
    if found["sensitivity"] is not None:
        say()
        show_table(found["sensitivity"]["effects"][:15], _EFFECTS, title="Global sensitivity (Morris)")


@app.command("score", epilog=examples("erbium search score measured_pairs/ --json"))
def score(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Tables of measured combinations.", show_default=False)
    ],
    members: Annotated[int, typer.Option("--members", min=2, max=64, help="Parameter draws.")] = 4,
    seed: Seed = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Score predicted against measured synergy on cell lines, beside what single agents tell."""
    from erbium.search.score import score as scored

    with following("measured pairs") as move:
        found = scored(folder, members=members, seed=seed, progress=move)

    def show() -> None:
        left = ", ".join(f"{count} {reason}" for reason, count in found["left_out"].items() if count)
        show_fields(
            [
                (
                    "scored",
                    f"{found['pairs']} measurements, {found['combinations']} pairs, {found['lines']} lines",
                ),
                ("left out", left),
                ("predicted", ", ".join(f"{n} {name}" for name, n in found["verdicts"].items())),
            ],
            "Measured combinations",
        )
        say()
        show_table(found["scores"], _SCORES)

    deliver(found, found["scores"], show, as_json=as_json, out=out)
    if not as_json:
        say("low and high: 5th and 95th percentile with whole lines drawn again")
