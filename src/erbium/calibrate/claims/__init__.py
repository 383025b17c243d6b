"""Moves assumed numbers within their ranges towards the visible claims, as little as possible."""

from erbium.calibrate.claims.report import claims_report
from erbium.calibrate.claims.search import ClaimsFit, fit_claims

__all__ = ["ClaimsFit", "claims_report", "fit_claims"]
