"""Our own exp and log, branch-free, with the same operations in C and NumPy.

Library versions differ between systems and do not vectorise everywhere; these give the same bits
on every machine. exp: reduction by ln 2 and a Taylor polynomial on [-0.35, 0.35]. log: the
mantissa in [sqrt(1/2), sqrt(2)) and the series of 2 artanh((m - 1) / (m + 1)).

Arguments below `tiny` count as `tiny`: powers and logarithms of an empty state stay finite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Format:
    """Constants of one floating-point format.

    A state below -`epsilon` makes the guard repeat a step. A state below `nothing` becomes zero: what
    decays for long would else reach denormal numbers, which are computed many times slower.
    """

    name: str
    c_type: str
    c_integer: str
    dtype: type[np.floating[Any]]
    integer: type[np.signedinteger[Any]]
    mantissa_bits: int
    bias: int
    exp_terms: int
    log_terms: int
    exp_low: float
    exp_high: float
    tiny: float
    epsilon: float
    nothing: float

    @property
    def magic(self) -> float:
        """Adding it rounds to a whole number, held in the low bits of the sum."""
        return 1.5 * 2.0**self.mantissa_bits

    @property
    def magic_bits(self) -> int:
        """The bit pattern of `magic`."""
        return int(np.array(self.magic, self.dtype).view(self.integer))

    @property
    def half_bits(self) -> int:
        """The bit pattern of the square root of one half."""
        return int(np.array(math.sqrt(0.5), self.dtype).view(self.integer))

    @property
    def ln2(self) -> tuple[float, float]:
        """The logarithm of 2 as a short head, exact when multiplied by an exponent, and the rest."""
        keep = self.mantissa_bits - 12
        head = math.floor(math.log(2.0) * 2.0**keep) / 2.0**keep
        beyond_double = 2.3190468138462996e-17
        return head, (math.log(2.0) - head) + beyond_double

    @property
    def exp_coefficients(self) -> list[float]:
        """1/k! from the highest power down."""
        return [1.0 / math.factorial(k) for k in range(self.exp_terms, -1, -1)]

    @property
    def log_coefficients(self) -> list[float]:
        """2/(2k+1) from the highest power down."""
        return [2.0 / (2 * k + 1) for k in range(self.log_terms, -1, -1)]


F64 = Format(
    "f64", "double", "int64_t", np.float64, np.int64, 52, 1023, 13, 11, -700.0, 700.0, 1e-300, 1e-13, 1e-150
)
F32 = Format("f32", "float", "int32_t", np.float32, np.int32, 23, 127, 7, 5, -86.0, 86.0, 1e-30, 1e-9, 1e-25)
FORMATS = {"f64": F64, "f32": F32}


def exp(x: Array, f: Format = F64) -> Array:
    """Return e^x, saturating outside the range of the format."""
    t, one = f.dtype, f.integer
    x = np.where(x < t(f.exp_low), t(f.exp_low), x)
    x = np.where(x > t(f.exp_high), t(f.exp_high), x)
    shifted = x * t(1.0 / math.log(2.0)) + t(f.magic)
    whole = shifted - t(f.magic)
    head, tail = f.ln2
    r = (x - whole * t(head)) - whole * t(tail)
    out = np.full_like(r, t(f.exp_coefficients[0]))
    for c in f.exp_coefficients[1:]:
        out = out * r + t(c)
    bits = np.ascontiguousarray(shifted).view(one) - one(f.magic_bits)
    scale = ((bits + one(f.bias)) << one(f.mantissa_bits)).view(t)
    return np.asarray(out * scale)


def log(x: Array, f: Format = F64) -> Array:
    """Return the natural logarithm of max(x, tiny)."""
    t, one = f.dtype, f.integer
    x = np.where(x < t(f.tiny), t(f.tiny), x)
    bits = np.ascontiguousarray(x).view(one)
    power = (bits - one(f.half_bits)) >> one(f.mantissa_bits)
    m = (bits - (power << one(f.mantissa_bits))).view(t)
    s = (m - t(1)) / (m + t(1))
    z = s * s
    out = np.full_like(z, t(f.log_coefficients[0]))
    for c in f.log_coefficients[1:]:
        out = out * z + t(c)
    whole = (power + one(f.magic_bits)).view(t) - t(f.magic)
    head, tail = f.ln2
    return np.asarray((out * s + whole * t(tail)) + whole * t(head))


def sqrt(x: Array, f: Format = F64) -> Array:
    """Return the square root of max(x, tiny), so that its slope stays finite."""
    return np.asarray(np.sqrt(np.where(x < f.dtype(f.tiny), f.dtype(f.tiny), x)))


def c_text(f: Format, vector_bytes: int) -> str:
    """Return the vector types and elementary functions in C."""
    head, tail = f.ln2
    exp_rest = "".join(f"  y = y * r + K({c!r});\n" for c in f.exp_coefficients[1:])
    log_rest = "".join(f"  y = y * z + K({c!r});\n" for c in f.log_coefficients[1:])
    root = "__builtin_sqrt" if f.name == "f64" else "__builtin_sqrtf"
    return f"""#include <stdint.h>
#include <string.h>
typedef {f.c_type} real;
typedef {f.c_integer} integer;
typedef real V __attribute__((vector_size({vector_bytes})));
typedef integer VI __attribute__((vector_size({vector_bytes})));
enum {{ W = {vector_bytes} / (int)sizeof(real) }};
#define K(a) ((real)(a))
#define I(a) ((integer)(a))
#define HIDDEN __attribute__((visibility("hidden")))
#define EPSILON K({f.epsilon!r})
#define TINY K({f.tiny!r})
#define NOTHING K({f.nothing!r})
static inline V splat(real a) {{ return a - (V){{0}}; }}
static inline V choose(VI mask, V a, V b) {{ return (V)((mask & (VI)a) | (~mask & (VI)b)); }}
static inline V op_lt(V a, V b) {{ return (V)((VI)(a < b) & (VI)splat(K(1))); }}
static inline V op_min(V a, V b) {{ return choose(a < b, a, b); }}
static inline V op_max(V a, V b) {{ return choose(a > b, a, b); }}
static inline V op_sqrt(V x) {{
  x = choose(x < TINY, splat(TINY), x);
  for (int l = 0; l < W; l++) x[l] = {root}(x[l]);
  return x;
}}
static inline V op_exp(V x) {{
  x = choose(x < K({f.exp_low!r}), splat(K({f.exp_low!r})), x);
  x = choose(x > K({f.exp_high!r}), splat(K({f.exp_high!r})), x);
  V shifted = x * K({1.0 / math.log(2.0)!r}) + K({f.magic!r});
  V whole = shifted - K({f.magic!r});
  V r = (x - whole * K({head!r})) - whole * K({tail!r});
  V y = splat(K({f.exp_coefficients[0]!r}));
{exp_rest}  VI bits = (VI)shifted - I({f.magic_bits});
  return y * (V)((bits + I({f.bias})) << {f.mantissa_bits});
}}
static inline V op_log(V x) {{
  x = choose(x < TINY, splat(TINY), x);
  VI bits = (VI)x;
  VI power = (bits - I({f.half_bits})) >> {f.mantissa_bits};
  V m = (V)(bits - (power << {f.mantissa_bits}));
  V s = (m - K(1)) / (m + K(1));
  V z = s * s;
  V y = splat(K({f.log_coefficients[0]!r}));
{log_rest}  V whole = (V)(power + I({f.magic_bits})) - K({f.magic!r});
  return (y * s + whole * K({tail!r})) + whole * K({head!r});
}}
"""
