"""Living deposits after surgery, fitted to control arms of adjuvant trials."""

from erbium.calibrate.adjuvant.fit import AdjuvantFit, fit_adjuvant

__all__ = ["AdjuvantFit", "fit_adjuvant"]
