"""Treatment history as data: earlier lines are simulated, and the twins weighed by what then happened."""

from erbium.advise.past.after import Past, history_json, no_history, remember
from erbium.advise.past.lines import PastLine, lines_of
from erbium.advise.past.twins_then import Engine

__all__ = ["Engine", "Past", "PastLine", "history_json", "lines_of", "no_history", "remember"]
