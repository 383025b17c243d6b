"""Write the golden texts anew: ``python -m tests.golden.renew``, then review the difference."""

from __future__ import annotations

import sys

from tests.golden.texts import FOLDER, TEXTS


def renew() -> list[str]:
    """Write what has changed and return the names of those files."""
    changed = []
    for name, make in TEXTS.items():
        file, text = FOLDER / name, make()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed


if __name__ == "__main__":
    sys.stdout.write("".join(f"renewed {name}\n" for name in renew()) or "nothing to renew\n")
