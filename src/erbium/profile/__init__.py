"""Patient profiles: what is known of one tumour, how it was measured, and what was not tested."""

from erbium.profile.cbioportal import read_cbioportal
from erbium.profile.example import example_text
from erbium.profile.explain import Explanation, MissingTest, explain, not_modelled, not_tested
from erbium.profile.her2_status import HER2Status, her2_status
from erbium.profile.measurement import Measurement
from erbium.profile.read import profile_from, profile_from_text, profile_json_schema, read_profile
from erbium.profile.residues import CheckedVariant, check_variant
from erbium.profile.schema import Profile
from erbium.profile.write import as_data, to_json, to_toml

__all__ = [
    "CheckedVariant",
    "Explanation",
    "HER2Status",
    "Measurement",
    "MissingTest",
    "Profile",
    "as_data",
    "check_variant",
    "example_text",
    "explain",
    "her2_status",
    "not_modelled",
    "not_tested",
    "profile_from",
    "profile_from_text",
    "profile_json_schema",
    "read_cbioportal",
    "read_profile",
    "to_json",
    "to_toml",
]
