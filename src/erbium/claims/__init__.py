"""The claims of the reviews as checks: run, judged, and audited against checks that cannot fail."""

from erbium.claims.outcomes import Judged, Report
from erbium.claims.run import check_claims

__all__ = ["Judged", "Report", "check_claims"]
