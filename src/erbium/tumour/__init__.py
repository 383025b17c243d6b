"""Tumours: clones, growth and death, response, and the treatment controller."""

from erbium.tumour.arm import Arm
from erbium.tumour.course import Course, run_arms
from erbium.tumour.treatment import Treatment
from erbium.tumour.tumour import Tumour

__all__ = ["Arm", "Course", "Treatment", "Tumour", "run_arms"]
