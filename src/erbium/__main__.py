"""`python -m erbium` is the command line."""

from __future__ import annotations

from erbium.cli import main

if __name__ == "__main__":
    main()
