"""Patients as other programs describe them: Phenopackets, mCODE, VCF, MAF and tables, read and written."""

from erbium.formats.patient.assemble import Imported
from erbium.formats.patient.draft import Choice, Draft, Unmapped
from erbium.formats.patient.intake import EXPORT_FORMATS, IMPORT_FORMATS, Intake, import_profiles
from erbium.formats.patient.mcode_write import to_mcode
from erbium.formats.patient.merge import merge
from erbium.formats.patient.phenopacket_write import to_phenopacket

__all__ = [
    "EXPORT_FORMATS",
    "IMPORT_FORMATS",
    "Choice",
    "Draft",
    "Imported",
    "Intake",
    "Unmapped",
    "import_profiles",
    "merge",
    "to_mcode",
    "to_phenopacket",
]
