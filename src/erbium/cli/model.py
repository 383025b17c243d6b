"""`erbium model`: what the network holds, and where each of its numbers is from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from erbium.cli.console import Column, note, say, say_json, show_fields, show_table
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, examples
from erbium.cli.output import target
from erbium.core.errors import UnknownName

app = typer.Typer(no_args_is_help=True)

Clones = Annotated[int, typer.Option("--clones", min=1, max=4, help="Clones of the tumour.")]
_MODULES = (
    Column("module", "module"),
    Column("species", "species", number=True),
    Column("rules", "rules", number=True),
    Column("reactions", "reactions", number=True),
    Column("numbers", "numbers", number=True),
    Column("description", "what"),
)
_REACTIONS = (Column("id", "reaction"), Column("equation", "equation"), Column("rate", "rate"))
_SPECIES = (
    Column("id", "species"),
    Column("unit", "unit"),
    Column("initial", "start"),
    Column("description", "what"),
)
_RULES = (
    Column("id", "rule"),
    Column("unit", "unit"),
    Column("expression", "expression"),
    Column("description", "what"),
)
_READOUTS = (
    Column("id", "readout"),
    Column("unit", "unit"),
    Column("module", "module"),
    Column("description", "what"),
    Column("expression", "expression"),
)
_HANDLES = (
    Column("name", "handle"),
    Column("neutral", "neutral", number=True),
    Column("unit", "unit"),
    Column("filled_by", "filled by"),
    Column("module", "module"),
    Column("description", "meaning"),
)
_PARAMETERS = (
    Column("module", "module"),
    Column("name", "number"),
    Column("value", "value", number=True),
    Column("unit", "unit"),
    Column("kind", "kind"),
    Column("low", "5th", number=True),
    Column("high", "95th", number=True),
    Column("status", "status"),
    Column("source", "source"),
)


@app.command("show", epilog=examples("erbium model show", "erbium model show her_receptors"))
def show_model(
    module: Annotated[
        str | None, typer.Argument(help="One module; without it, all in short.", show_default=False)
    ] = None,
    clones: Clones = 1,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Show the modules of the network, or species, rules and reactions of one."""
    if module is None:
        _show_all(clones, as_json=as_json, out=out)
    else:
        _show_module(module, as_json=as_json, out=out)


def _show_all(clones: int, *, as_json: bool, out: Path | None) -> None:
    from erbium.knowledge.parameters import load_parameters
    from erbium.model.build import build_network, load_modules
    from erbium.model.parameter_table import count_by_kind

    network, numbers = build_network(clones), load_parameters()
    rows = [
        {
            "module": one.id,
            "scope": one.scope,
            "species": len(one.species),
            "rules": len(one.rules),
            "reactions": len(one.reactions),
            "numbers": len(numbers.get(one.id, {})),
            "description": one.description or _first_line(one.id),
        }
        for one in load_modules()
    ]
    counts: dict[str, Any] = {
        "clones": clones,
        "species": len(network.species),
        "reactions": len(network.reactions),
        "parameters": len(network.parameters),
        "rules": len(network.rules),
        "readouts": len(network.readouts),
        "network_hash": network.hash,
    }
    kinds = count_by_kind()

    def show() -> None:
        show_fields([(name.replace("_", " "), value) for name, value in counts.items()], "Network")
        say(f"  numbers by kind: {', '.join(f'{value} {kind}' for kind, value in kinds.items())}\n")
        show_table(rows, _MODULES)

    deliver(
        document("model", **counts, numbers_by_kind=kinds, modules=rows), rows, show, as_json=as_json, out=out
    )


def _first_line(module: str) -> str:
    """Return the first line of a module file's docstring, its title."""
    import importlib

    text = importlib.import_module(f"erbium.model.modules.{module}").__doc__ or ""
    return text.strip().partition("\n")[0]


def _show_module(name: str, *, as_json: bool, out: Path | None) -> None:
    from erbium.model.build import load_modules

    modules = {one.id: one for one in load_modules()}
    if name not in modules:
        raise UnknownName.among("module", name, modules, hint="erbium model show")
    module = modules[name]
    species = [_fields(item) for item in module.species]
    rules = [_fields(item) for item in module.rules]
    reactions = [_fields(item) for item in module.reactions]
    readouts = [_fields(item) for item in module.readouts]

    def show() -> None:
        facts = [("scope", module.scope), ("needs", module.needs), ("gives", module.gives)]
        show_fields(facts, f"{name}. {module.description or _first_line(name)}")
        for rows, columns in (
            (species, _SPECIES),
            (rules, _RULES),
            (reactions, _REACTIONS),
            (readouts, _RULES),
        ):
            if rows:
                say()
                show_table(rows, columns, title="readouts" if rows is readouts else None)
        say(f"\nIts numbers: erbium model parameters --module {name}")

    body: dict[str, Any] = {
        "module": name,
        "scope": module.scope,
        "needs": module.needs,
        "gives": module.gives,
    }
    payload = document(
        "model_module", **body, species=species, rules=rules, reactions=reactions, readouts=readouts
    )
    deliver(payload, reactions, show, as_json=as_json, out=out)


def _fields(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


@app.command("readouts", epilog=examples("erbium model readouts"))
def show_readouts(as_json: Json = False, out: Out = None) -> None:
    """List what can be read off the network: name, unit, meaning."""
    from erbium.experiment.catalogue import readout_rows

    rows = readout_rows()
    deliver(
        document("readouts", readouts=rows),
        rows,
        lambda: show_table(rows, _READOUTS),
        as_json=as_json,
        out=out,
    )


@app.command("handles", epilog=examples("erbium model handles", "erbium model handles --all --json"))
def show_handles(
    every: Annotated[bool, typer.Option("--all", help="All numbers of the network.")] = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """List what an experiment can move: name, neutral value, unit, meaning."""
    from erbium.experiment.catalogue import handle_rows

    rows = handle_rows(every=every)
    deliver(
        document("handles", handles=rows),
        rows,
        lambda: show_table(rows, _HANDLES),
        as_json=as_json,
        out=out,
    )


@app.command(
    "parameters",
    epilog=examples("erbium model parameters --module pi3k_akt_mtor", "erbium model parameters --fitted"),
)
def show_parameters(
    fitted: Annotated[bool, typer.Option("--fitted", help="Only numbers fitted to patients.")] = False,
    kind: Annotated[str | None, typer.Option("--kind", help="measured, derived, fitted or assumed.")] = None,
    module: Annotated[str | None, typer.Option("--module", help="Numbers of one module.")] = None,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """List the numbers of the network with unit, kind, range and source."""
    from erbium.model.parameter_table import parameter_rows

    rows = [row.json() for row in parameter_rows(kind, module, fitted=fitted)]

    def show() -> None:
        show_table(rows, _PARAMETERS)
        say(f"{len(rows)} numbers")

    deliver(document("parameters", parameters=rows), rows, show, as_json=as_json, out=out)


@app.command("graph", epilog=examples("erbium model graph", "erbium model graph -o network.graphml"))
def graph_model(
    clones: Clones = 1,
    rules: Annotated[
        bool, typer.Option("--rules/--no-rules", help="Whether named expressions are nodes.")
    ] = True,
    as_json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="A .graphml, .json (node-link), .cx2 (Cytoscape) or .csv (edges) file.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Give the network as a signed graph: who activates and who inhibits whom."""
    from collections import Counter

    place = target(out, (".graphml", ".json", ".cx2", ".csv"))
    from erbium.formats import graph as form
    from erbium.model.build import build_network

    found = form.network_graph(build_network(clones), rules=rules)
    nodes = [{"id": node, **data} for node, data in found.nodes(data=True)]
    edges = [{"source": source, "target": sink, **data} for source, sink, data in found.edges(data=True)]
    if place is not None:
        if place.suffix == ".csv":
            place.write_csv(edges)
        else:
            writers = {".graphml": form.to_graphml, ".json": form.to_json, ".cx2": form.to_cx2}
            place.write(writers[place.suffix](found))
        note(f"written: {place.path}")
    if as_json:
        say_json(document("graph", nodes=nodes, edges=edges))
    elif place is None:
        of_nodes, of_edges = Counter(node["kind"] for node in nodes), Counter(edge["kind"] for edge in edges)
        show_fields(
            [
                (f"{len(nodes)} nodes", ", ".join(f"{n} {kind}" for kind, n in of_nodes.most_common())),
                (f"{len(edges)} edges", ", ".join(f"{n} {kind}" for kind, n in of_edges.most_common())),
            ],
            "Signed graph",
        )
        say("\nAs a file: erbium model graph -o network.graphml")


@app.command(
    "export",
    epilog=examples("erbium model export --sbml erbium.xml", "erbium model export --text network.txt"),
)
def export_model(
    sbml: Annotated[
        Path | None,
        typer.Option("--sbml", metavar="FILE", help="SBML L3V2, .xml or .sbml.", show_default=False),
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="Readable text, .txt.", show_default=False)
    ] = None,
    clones: Clones = 1,
    as_json: Json = False,
) -> None:
    """Write the network as SBML or as text; without a file the text goes to the screen."""
    sbml_place = target(sbml, (".xml", ".sbml"), key="--sbml")
    text_place = target(text, (".txt",), key="--text")
    from erbium.model.build import build_network

    network = build_network(clones)
    if sbml_place is not None:
        from erbium.formats.sbml import export_sbml

        sbml_place.write(export_sbml(network))
        note(f"written: {sbml_place.path}")
    if text_place is not None:
        text_place.write(network.text)
        note(f"written: {text_place.path}")
    if as_json:
        files = [str(place.path) for place in (sbml_place, text_place) if place is not None]
        say_json(
            document(
                "model_export",
                network_hash=network.hash,
                clones=clones,
                files=files,
                text=None if files else network.text,
            )
        )
    elif sbml_place is None and text_place is None:
        typer.echo(network.text, nl=False)
