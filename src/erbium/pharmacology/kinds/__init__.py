"""One class per modality; a new modality is a new file here."""
