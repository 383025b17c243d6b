"""From a system to C text, in files that compile side by side.

Only numbers, slot indices and fixed words reach the text; no name a user wrote does.
Straight-line code is cut into functions of moderate length, because compilers take more than
linear time over long ones; values that cross a cut live in a scratch vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from erbium.engine import elementary
from erbium.engine.elementary import Format
from erbium.engine.system import System
from erbium.engine.tape import Depends, Tape

OPERATIONS_PER_FUNCTION = 400
UPDATES_PER_FUNCTION = 1500

_INFIX = {"add": "+", "sub": "-", "mul": "*"}
_ARGUMENTS = (
    "const V *restrict x, const V *restrict p, V *restrict q, V *restrict t, V *restrict v, V *restrict m, "
    "const V *gp"
)
_CALL = "(x, p, q, t, v, m, gp)"


def kernel_text(system: System, numbers: Format, vector_bytes: int) -> dict[str, str]:
    """Return the C files of a kernel by name."""
    prepared = {slot: at for at, slot in enumerate(system.tape.prepared(system.targets))}
    rate_stores: dict[int, list[str]] = {}
    for j, slot in enumerate(system.rates):
        rate_stores.setdefault(slot, []).append(f"v[{j}] = {{}};")
    matrix_stores = {slot: list(stores) for slot, stores in rate_stores.items()}
    for at, position in system.lu.positions.items():
        if at in system.entries:
            start = "K(1) - g * " if at[0] == at[1] else "-g * "
            matrix_stores.setdefault(system.entries[at], []).append(f"m[{position}] = {start}{{}};")
    writer = _Writer(system.tape, prepared)
    prepare = writer.functions(
        "prepare", list(prepared), {s: [f"q[{at}] = {{}};"] for s, at in prepared.items()}
    )
    rates = writer.functions("rates", system.tape.needed(system.rates, Depends.STATES), rate_stores)
    jacobian = writer.functions("jacobian", system.tape.needed(system.targets, Depends.STATES), matrix_stores)
    fill = [
        f"m[{position}] = splat(K({int(i == j)}));"
        for (i, j), position in system.lu.positions.items()
        if (i, j) not in system.entries
    ]
    jacobian.append(_function("jacobian_fill", fill))
    sizes = {
        "NS": system.size,
        "NP": system.parameter_count,
        "NR": len(system.rates),
        "NQ": len(prepared) + 1,
        "NT": writer.scratch + 1,
        "NNZ": system.lu.nonzeros,
    }
    head = elementary.c_text(numbers, vector_bytes)
    head += f"enum {{ {', '.join(f'{k} = {v}' for k, v in sizes.items())} }};\n"
    groups = [*_shares("jacobian", jacobian, 2), ("rates", prepare + rates), ("matrix", _elimination(system))]
    out = {f"{name}.c": head + "\n".join(functions) for name, functions in groups}
    counts = {
        "prepare": len(prepare), "rates": len(rates), "jacobian": len(jacobian) - 1,
    }  # fmt: skip
    driver = files("erbium.engine").joinpath("driver.c").read_text()
    out["driver.c"] = head + _glue(
        counts, out["matrix.c"].count("void factor_"), out["matrix.c"].count("void solve_")
    )
    out["driver.c"] += _tables(system) + _assemble(system) + driver
    return out


class _Writer:
    """Writes tape operations as C functions that share one scratch vector."""

    def __init__(self, tape: Tape, prepared: Mapping[int, int]) -> None:
        self.tape = tape
        self.prepared = prepared
        self.scratch = 0

    def functions(
        self, name: str, operations: Sequence[int], stores: Mapping[int, Sequence[str]]
    ) -> list[str]:
        own = {slot: k // OPERATIONS_PER_FUNCTION for k, slot in enumerate(operations)}
        last_use: dict[int, int] = {}
        for slot in operations:
            for arg in self.tape.slots[slot].args:
                if arg in own:
                    last_use[arg] = max(last_use.get(arg, 0), own[slot])
        kept = {s: k for k, s in enumerate(s for s in operations if last_use.get(s, 0) > own[s])}
        self.scratch = max(self.scratch, len(kept))
        bodies: list[list[str]] = [[] for _ in range(max(own.values(), default=0) + 1)]
        loaded: set[tuple[int, int]] = set()
        for slot in operations:
            chunk, body = own[slot], bodies[own[slot]]
            for arg in self.tape.slots[slot].args:
                if arg in own and own[arg] < chunk and (arg, chunk) not in loaded:
                    loaded.add((arg, chunk))
                    body.append(f"const V t{arg} = t[{kept[arg]}];")
            body.append(f"const V t{slot} = {self.operation(slot, own)};")
            if slot in kept:
                body.append(f"t[{kept[slot]}] = t{slot};")
            body += [store.format(f"t{slot}") for store in stores.get(slot, ())]
        for slot, texts in stores.items():
            if slot not in own:  # a leaf, a literal or a prepared value is stored as it is
                bodies[0] += [store.format(self.value(slot, own)) for store in texts]
        return [_function(f"{name}_{k}", body) for k, body in enumerate(bodies)]

    def operation(self, slot: int, own: Mapping[int, int]) -> str:
        node = self.tape.slots[slot]
        args = [self.value(arg, own) for arg in node.args]
        if node.op in _INFIX:
            return f"{args[0]} {_INFIX[node.op]} {args[1]}"
        if node.op == "neg":
            return f"-{args[0]}"
        if node.op == "inv":
            return f"K(1) / {args[0]}"
        return f"op_{node.op}({', '.join(args)})"

    def value(self, slot: int, own: Mapping[int, int]) -> str:
        node = self.tape.slots[slot]
        if slot in own:
            return f"t{slot}"
        if slot in self.prepared:
            return f"q[{self.prepared[slot]}]"
        if node.op == "number":
            return f"splat(K({node.value!r}))"
        return f"{'x' if node.op == 'state' else 'p'}[{node.index}]"


def _function(name: str, body: Sequence[str]) -> str:
    lines = "\n".join(f"  {line}" for line in body)
    uses_step = any("g * " in line for line in body)
    step = "  const V g = *gp;\n" if uses_step else ""
    return f"HIDDEN void {name}({_ARGUMENTS}) {{\n{step}{lines}\n}}\n"


def _shares(name: str, functions: Sequence[str], parts: int) -> list[tuple[str, list[str]]]:
    size = -(-len(functions) // parts)
    return [(f"{name}_{k}", list(functions[k * size : (k + 1) * size])) for k in range(parts)]


def _elimination(system: System) -> list[str]:
    at = system.lu.positions
    factor: list[list[str]] = []
    for k, rows, columns in ((p.k, p.rows, p.columns) for p in system.lu.pivots):
        lines = [f"{{ const V inverse = K(1) / m[{at[k, k]}]; m[{at[k, k]}] = inverse;"]
        for i in rows:
            updates = " ".join(f"m[{at[i, j]}] -= l * m[{at[k, j]}];" for j in columns)
            lines.append(f"  {{ const V l = m[{at[i, k]}] * inverse; m[{at[i, k]}] = l; {updates} }}")
        factor.append([*lines, "}"])
    solve: list[list[str]] = []
    for p in system.lu.pivots:
        if p.rows:
            updates = " ".join(f"b[{i}] -= m[{at[i, p.k]}] * s;" for i in p.rows)
            solve.append([f"{{ const V s = b[{p.k}]; {updates} }}"])
    for p in reversed(system.lu.pivots):
        terms = "".join(f" - m[{at[p.k, j]}] * b[{j}]" for j in p.columns)
        solve.append([f"b[{p.k}] = (b[{p.k}]{terms}) * m[{at[p.k, p.k]}];"])
    return [
        *_chunks("factor", "V *restrict m", factor),
        *_chunks("solve", "const V *restrict m, V *restrict b", solve),
    ]


def _chunks(name: str, arguments: str, groups: Sequence[Sequence[str]]) -> list[str]:
    bodies: list[list[str]] = [[]]
    updates = 0
    for group in groups:
        cost = sum(line.count(";") for line in group)
        if updates and updates + cost > UPDATES_PER_FUNCTION:
            bodies.append([])
            updates = 0
        bodies[-1] += group
        updates += cost
    out = []
    for k, body in enumerate(bodies):
        lines = "\n".join(f"  {line}" for line in body)
        out.append(f"HIDDEN void {name}_{k}({arguments}) {{\n{lines}\n}}\n")
    return out


def _glue(counts: Mapping[str, int], factors: int, solves: int) -> str:
    names = [f"{name}_{k}" for name, count in counts.items() for k in range(count)] + ["jacobian_fill"]
    lines = [f"HIDDEN void {name}({_ARGUMENTS});" for name in names]
    lines += [f"HIDDEN void factor_{k}(V *restrict m);" for k in range(factors)]
    lines += [f"HIDDEN void solve_{k}(const V *restrict m, V *restrict b);" for k in range(solves)]

    def calls(name: str) -> str:
        return " ".join(f"{name}_{k}{_CALL};" for k in range(counts[name]))

    unused = "const V *gp = 0; V *m = 0;"
    lines += [
        "static void prepare(const V *p, V *q, V *t) {",
        f"const V *x = 0; V *v = 0; {unused} {calls('prepare')} }}",
        f"static void rates(const V *x, const V *p, V *q, V *t, V *v) {{ {unused} {calls('rates')} }}",
        "static void jacobian(const V *x, const V *p, V *q, V *t, V *v, V *m, const V *gp) {",
        f"{calls('jacobian')} jacobian_fill{_CALL}; }}",
        f"static void factor(V *m) {{ {' '.join(f'factor_{k}(m);' for k in range(factors))} }}",
        f"static void solve(const V *m, V *b) {{ {' '.join(f'solve_{k}(m, b);' for k in range(solves))} }}",
    ]
    return "\n".join(lines) + "\n"


def _tables(system: System) -> str:
    starts, species, counts = [0], [], []
    for change in system.changes:
        species += [i for i, _ in change]
        counts += [n for _, n in change]
        starts.append(len(species))
    return (
        f"static const int change_start[] = {{{', '.join(map(str, starts))}}};\n"
        f"static const int change_species[] = {{{', '.join(map(str, species or [0]))}}};\n"
        f"static const real change_count[] = {{{', '.join(f'K({n!r})' for n in counts or [0.0])}}};\n"
    )


def _assemble(system: System) -> str:
    lines = []
    for i, terms in enumerate(system.terms):
        text = " ".join(
            f"{'-' if n < 0 else '+'} {'' if abs(n) == 1 else f'K({abs(n)!r}) * '}v[{j}]" for j, n in terms
        )
        lines.append(f"  f[{i}] = splat(K(0)) {text};")
    body = "\n".join(lines)
    return f"static void assemble(const V *restrict v, V *restrict f) {{\n{body}\n}}\n"
