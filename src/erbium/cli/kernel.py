"""`erbium kernel`: the compiled kernels, which are made at first use and kept."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from erbium.cli.console import note, say_json, show_fields, warn
from erbium.cli.json_face import document
from erbium.cli.options import Json, examples
from erbium.core.errors import DataError

app = typer.Typer(no_args_is_help=True)


@app.command("build", epilog=examples("erbium kernel build", "erbium kernel build --clones 1 --clones 2"))
def build_kernels(
    clones: Annotated[
        list[int] | None,
        typer.Option("--clones", min=1, max=4, help="Clones of a tumour; repeatable; default 1 to 3."),
    ] = None,
    precision: Annotated[str, typer.Option("--precision", metavar="NAME", help="f32, f64 or both.")] = "both",
    as_json: Json = False,
) -> None:
    """Compile the kernels now, so that the first answer does not wait for them."""
    from erbium.engine.build import find_compiler
    from erbium.engine.kernel import Precision, kernel_for
    from erbium.model.build import build_network

    choices: dict[str, tuple[Precision, ...]] = {"f32": ("f32",), "f64": ("f64",), "both": ("f32", "f64")}
    if precision not in choices:
        raise DataError(f'"{precision}" is no precision.', key="--precision", expected="f32, f64 or both")
    if find_compiler() is None:
        raise DataError("no C compiler was found.", expected="cc, gcc or clang, or the one named in CC")
    built: list[dict[str, Any]] = []
    for count in clones or [1, 2, 3]:
        for one in choices[precision]:
            started = time.perf_counter()
            kernel = kernel_for(build_network(count), one, backend="c")
            seconds = time.perf_counter() - started
            built.append(
                {
                    "clones": count,
                    "precision": one,
                    "states": len(kernel.network.species),
                    "lanes": kernel.backend.lanes,
                    "seconds": seconds,
                }
            )
            note(f"{count} clones, {one}: {built[-1]['states']} states, {seconds:.1f} s")
            for text in kernel.warnings:
                warn(text)
    if as_json:
        say_json(document("kernel_build", kernels=built))


@app.command("clear", epilog=examples("erbium kernel clear"))
def clear_kernels(as_json: Json = False) -> None:
    """Delete the compiled kernels; they are made again when needed."""
    from erbium.engine.build import cache_folder, clear

    number = clear()
    if as_json:
        say_json(document("kernel_clear", deleted=number, cache=str(cache_folder())))
    else:
        note(f"{number} kernels deleted in {cache_folder()}")


@app.command("info", epilog=examples("erbium kernel info", "erbium kernel info --json"))
def kernel_info(as_json: Json = False) -> None:
    """Show the compiler, the width of its vectors, and the cache."""
    from erbium.engine.build import info

    found: dict[str, Any] = info()
    if as_json:
        say_json(document("kernel_info", **found))
        return
    show_fields(
        [
            ("compiler", found["compiler"] or "none: the NumPy kernel is used, which is many times slower"),
            ("flags", " ".join(str(flag) for flag in found["flags"])),
            ("vector", f"{found['vector_bytes']} bytes" if found["vector_bytes"] else None),
            ("cache", found["cache"]),
            ("kernels", f"{found['kernels']} ({found['bytes'] / 1e6:.1f} MB)"),
        ]
    )
