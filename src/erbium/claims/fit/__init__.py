"""Moves assumed numbers within their ranges towards the visible claims, as little as possible."""

from erbium.claims.fit.report import claims_report
from erbium.claims.fit.search import ClaimsFit, fit_claims

__all__ = ["ClaimsFit", "claims_report", "fit_claims"]
