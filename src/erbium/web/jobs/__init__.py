"""Long work: kept in a table on disk, done in processes of their own, followed, cancelled and resumed."""

from erbium.web.jobs.pool import Pool
from erbium.web.jobs.store import Job, JobStore

__all__ = ["Job", "JobStore", "Pool"]
