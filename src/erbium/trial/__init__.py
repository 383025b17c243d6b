"""Virtual trials: what happened to their patients, and what it says beside the published figures."""
