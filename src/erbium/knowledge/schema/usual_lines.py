"""What was usually given in earlier lines of metastatic disease."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from erbium.knowledge.schema.number import Record, tuple_of

Regimens = Annotated[tuple[str, ...], BeforeValidator(tuple_of), Field(min_length=1)]


class UsualLines(Record):
    """Regimens of earlier lines by name, oldest first; lines beyond the list repeat its last one."""

    her2_positive: Regimens
    her2_negative: Regimens
